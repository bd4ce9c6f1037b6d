"""What waits in the register of dues: years whose last quarter is recorded, each for somebody else than entered it."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _recorded(_: Any) -> SelectBase:
    sql = (
        "SELECT d.id, d.holder_name AS name, d.division, q.since, CAST(NULL AS date) AS due_on, q.barred "
        "FROM dues_years d CROSS JOIN LATERAL (SELECT max(entered_at) AS since, max(quarter) AS last, "
        "array_agg(DISTINCT entered_by) AS barred FROM (SELECT DISTINCT ON (quarter) quarter, entered_by, entered_at "
        "FROM dues_quarters WHERE dues_id = d.id ORDER BY quarter, revision DESC) AS r) AS q "
        "WHERE d.state = 'open' AND q.last = 4"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="dues.certification",
        of="dues year",
        title=Text(zh="核定“{name}”的党费", en="Certify the dues of '{name}'"),
        waits_for=Role.REVIEWER,
        link="/v1/dues?state=open",
        select=_recorded,
    ),
)
