"""What waits in cycles: those drafted, to be opened."""

from sqlalchemy import text

from services.evaluation.cycles.rules import STORED_DRAFT
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns

_DRAFTED = columns(
    text(
        "SELECT id, year || ' ' || division AS name, division, created_at AS since, CAST(NULL AS date) AS due_on, "  # noqa: S608 - a constant
        f"CAST('{{}}' AS text[]) AS barred FROM cycles WHERE state = '{STORED_DRAFT}'"
    )
)
WAITING = (
    Waiting(
        kind="cycle.opening",
        of="cycle",
        title=Text(zh="启动评定周期“{name}”", en="Open the cycle '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/cycles/{id}",
        select=lambda _: _DRAFTED,
    ),
)
