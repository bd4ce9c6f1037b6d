"""What waits in formation: cases to decide by their due date, alone or within a joint plan."""

from sqlalchemy import SelectBase, text

from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import Waiting, columns


def _pending(outcome: str) -> SelectBase:
    """Whoever put a case off is reminded on the day that it was put off to."""
    return columns(
        text(
            "SELECT id, name, division, created_at AS since, CASE state WHEN 'deferred' THEN deferred_until "  # noqa: S608 - fixed
            "ELSE due_on END AS due_on, CAST('{}' AS text[]) AS barred FROM formation_cases "
            f"WHERE state IN ('open', 'deferred') AND outcome {outcome}"
        )
    )


_ALONE, _JOINT = _pending("<> 'joint'"), _pending("= 'joint'")
WAITING = (
    Waiting(
        kind="formation_case.approval",
        of="formation_case",
        title=Text(zh="决定“{name}”的组建事项", en="Decide the formation case of '{name}'"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/formation-cases/{id}",
        select=lambda _: _ALONE,
    ),
    Waiting(
        kind="formation_case.joint_plan",
        of="formation_case",
        title=Text(zh="将“{name}”纳入联合组建方案", en="Join '{name}' with its neighbours by a joint plan"),
        waits_for=Role.DISTRICT_OFFICER,
        link="/v1/formation-cases/{id}",
        select=lambda _: _JOINT,
    ),
)
