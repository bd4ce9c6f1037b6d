"""What waits in formation: cases to decide by their due date, alone or within a joint plan; reminders, escalation."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ARRAY, Date, SelectBase, String, bindparam, text

from services.incubation.bodies.body import Body
from services.incubation.formation.superiors.finding import stand
from services.incubation.formation.superiors.terms import thresholds
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.language import Text
from shared.web.identity.permissions import Role
from shared.web.tasks import BodyWaitedFor, Waiting, columns

# Whoever put a case off is reminded on the day that it was put off to.
_DUE = "CASE state WHEN 'deferred' THEN deferred_until ELSE due_on END"
_PENDING = "state IN ('open', 'deferred')"
# The threshold of the nearest region around a case.
_PASSED = f"""
SELECT c.id, c.name, c.division, c.created_at AS since, c.due_on, CAST('{{}}' AS text[]) AS barred
FROM (SELECT id, name, division, created_at, {_DUE} AS due_on FROM formation_cases WHERE {_PENDING}) AS c
JOIN LATERAL (
    SELECT r.until FROM unnest(CAST(:regions AS text[]), CAST(:until AS date[])) AS r(region, until)
    WHERE starts_with(c.division, r.region) ORDER BY length(r.region) DESC LIMIT 1
) AS r ON c.due_on <= r.until
"""  # noqa: S608 - fixed statements


def _pending(outcome: str) -> SelectBase:
    return columns(
        text(
            f"SELECT id, name, division, created_at AS since, {_DUE} AS due_on, "  # noqa: S608 - fixed
            f"CAST('{{}}' AS text[]) AS barred FROM formation_cases WHERE {_PENDING} AND outcome {outcome}"
        )
    )


def _passed(state: Any, which: Literal["reminded", "escalated"]) -> SelectBase:
    found = thresholds(state.policies, china_day(utc_now()))
    return columns(
        text(_PASSED).bindparams(
            bindparam("regions", [one.region for one in found], ARRAY(String), unique=True),
            bindparam("until", [getattr(one, which) for one in found], ARRAY(Date), unique=True),
        )
    )


async def _above(tx: Transaction, state: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    found = await stand(tx, case_ids, state.policies, utc_now())
    return _named({one: standing.above.body for one, standing in found.items()})


async def _next_above(tx: Transaction, state: Any, case_ids: Sequence[UUID]) -> Mapping[UUID, BodyWaitedFor]:
    found = await stand(tx, case_ids, state.policies, utc_now())
    return _named({one: None if it.escalation is None else it.escalation.to for one, it in found.items()})


def _named(bodies: Mapping[UUID, Body | None]) -> Mapping[UUID, BodyWaitedFor]:
    today = china_day(utc_now())
    return {one: BodyWaitedFor(body.code, body.name_on(today)) for one, body in bodies.items() if body is not None}


_ALONE, _JOINT = _pending("<> 'joint'"), _pending("= 'joint'")
_OF, _LINK, _ROLE = "formation_case", "/v1/formation-cases/{id}", Role.DISTRICT_OFFICER
WAITING = (
    Waiting(
        kind="formation_case.approval",
        of=_OF,
        title=Text(zh="决定“{name}”的组建事项", en="Decide the formation case of '{name}'"),
        waits_for=_ROLE,
        link=_LINK,
        select=lambda _: _ALONE,
        bodies=_above,
    ),
    Waiting(
        kind="formation_case.joint_plan",
        of=_OF,
        title=Text(zh="将“{name}”纳入联合组建方案", en="Join '{name}' with its neighbours by a joint plan"),
        waits_for=_ROLE,
        link=_LINK,
        select=lambda _: _JOINT,
        bodies=_above,
    ),
    Waiting(
        kind="formation_case.reminder",
        of=_OF,
        title=Text(
            zh="“{name}”的组建事项即将到期或已逾期，请及时办理",
            en="The formation case of '{name}' is soon due or overdue: decide it",
        ),
        waits_for=_ROLE,
        link=_LINK,
        select=lambda state: _passed(state, "reminded"),
        bodies=_above,
    ),
    Waiting(
        kind="formation_case.escalation",
        of=_OF,
        title=Text(
            zh="“{name}”的组建事项逾期未办，已提请上一级党组织督办",
            en="The formation case of '{name}' is long overdue: the next body above sees to it",
        ),
        waits_for=_ROLE,
        link=_LINK,
        select=lambda state: _passed(state, "escalated"),
        bodies=_next_above,
    ),
)
