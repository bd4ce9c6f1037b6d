"""Consequences as a caller sees them, with what the caller may do next."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Response

from services.evaluation.consequences import queries
from services.evaluation.consequences.lives import STEPS_BY_CALLERS, TABLES, Kind, owner_of
from services.evaluation.consequences.schemas import ConsequenceOut, talk_out
from services.evaluation.consequences.stepping import barred_by_plan
from shared.db.session import Record, Transaction
from shared.problems.access import OutsideScope
from shared.problems.problems import NotFound, Problem
from shared.web.identity.callers import refusal_of
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.routes import answer
from shared.web.steps import steps_out

_NEEDED: Mapping[str, Permission] = {
    "plan": Permission.PLANS_WRITE,
    "tracking": Permission.PLANS_WRITE,
    "acceptance": Permission.CONSEQUENCES_DECIDE,
    "rejection": Permission.CONSEQUENCES_DECIDE,
    "talk": Permission.TALKS_HOLD,
    "sending": Permission.CONSEQUENCES_DECIDE,
    "receipt": Permission.CONSEQUENCES_DECIDE,
    "use": Permission.CONSEQUENCES_DECIDE,
}


async def answer_consequence(tx: Transaction, caller: Actor, consequence_id: UUID, status: int = 200) -> Response:
    """A consequence as the caller sees it, with its version. Raises NotFound."""
    row = await queries.get(tx, consequence_id)
    if row is None:
        raise NotFound(what="consequence")
    return answer(consequence_out(row, caller), status, version=row["version"])


def may_open(caller: Actor) -> bool:
    """Whether talks are open to the caller: to who may hold one."""
    return refusal_of(caller, Permission.TALKS_HOLD) is None


def consequence_out(row: Record, caller: Actor, *, record: bool = False) -> ConsequenceOut:
    """A stored row as the caller sees it; with the `record` of a talk only where it was opened for the caller.

    What is stored for an Idempotency-Key, and what lists show, has no record.
    """
    kind, state = row["kind"], row["state"]
    ongoing = any(before == state for before, step in TABLES[kind] if step in STEPS_BY_CALLERS)
    return ConsequenceOut.model_validate(
        {
            **row,
            "total": f"{row['total']:.2f}",
            "owner": {"role": owner_of(kind, state), "division": row["led_by"]} if ongoing else None,
            "due_on": row["due_on"] if ongoing else None,
            "talk": talk_out(row["talk"], opened=may_open(caller), record=record),
            "history": row["steps"],
            "next_steps": steps_out(_next_steps(row, caller), _NEEDED, caller),
        }
    )


def _next_steps(row: Record, caller: Actor) -> list[tuple[str, Problem | None]]:
    kind: Kind = row["kind"]
    led_by: str = row["led_by"]
    possible = [step for before, step in TABLES[kind] if before == row["state"] and step in STEPS_BY_CALLERS]
    if not led_by.startswith(caller.scope):
        return [(step, OutsideScope(division=led_by)) for step in possible]
    return [(step, barred_by_plan(step, row["steps"], caller.subject)) for step in possible]
