"""What waits in the register of dues: statements, each for somebody else than entered it."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _entered(_: Any) -> SelectBase:
    sql = (
        "SELECT d.id, COALESCE(p.name, d.party_organization_id::text) AS name, d.division, d.entered_at AS since, "
        "CAST(NULL AS date) AS due_on, ARRAY[d.entered_by] AS barred "
        "FROM dues_statements d LEFT JOIN party_organizations p ON p.id = d.party_organization_id "
        "WHERE d.state = 'entered'"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="dues.certification",
        of="dues statement",
        title=Text(zh="核定“{name}”的党费", en="Certify the dues of '{name}'"),
        waits_for=Role.REVIEWER,
        link="/v1/dues?state=entered",
        select=_entered,
    ),
)
