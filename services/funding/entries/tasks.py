"""What waits in schemes' lists: entries, each for somebody else than entered it."""

from typing import Any

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _entered(_: Any) -> SelectBase:
    sql = (
        "SELECT id, recipient_name AS name, division, entered_at AS since, CAST(NULL AS date) AS due_on, "
        "ARRAY[entered_by] AS barred FROM scheme_entries WHERE state = 'entered'"
    )
    return columns(text(sql))


WAITING = (
    Waiting(
        kind="entry.confirmation",
        of="entry",
        title=Text(zh="确认“{name}”列入补助名单", en="Confirm that '{name}' stands in a scheme's list"),
        waits_for=Role.APPROVER,
        link="/v1/scheme-entries/{id}",
        select=_entered,
    ),
)
