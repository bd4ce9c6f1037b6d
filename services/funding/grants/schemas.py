"""Grants and decisions as clients see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.grants.rules import Step, next_steps
from shared.contracts.funding import GrantStateName
from shared.problems.inputs import Body
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "release": Permission.GRANTS_RELEASE,
    "review": Permission.GRANTS_REVIEW,
    "approval": Permission.GRANTS_APPROVE,
    "payment": Permission.GRANTS_PAY,
}
"""The permission of each step, as its route asks for it."""


class Release(Body):
    """Why a grant is not held any longer."""

    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class GrantOut(BaseModel):
    """A grant, with how it came to be what it is."""

    id: UUID
    recipient_id: UUID
    recipient_name: str
    division: str
    scheme: str
    policy: str
    year: int
    amount_fen: int
    state: GrantStateName
    reasons: list[ReasonOut]
    evaluation_id: UUID
    version: int
    raised_at: AwareDatetime
    history: list[StepOut]
    next_steps: list[NextStepOut]


class DecisionOut(BaseModel):
    """A decision on an evaluation: a grant (`raised`, `held`), none, or one that was there (`unchanged`)."""

    id: UUID
    evaluation_id: UUID
    recipient_id: UUID
    division: str
    year: int
    policy: str | None
    scheme: str | None
    outcome: Literal["raised", "held", "none", "unchanged"]
    amount_fen: int | None
    grant_id: UUID | None
    facts: dict[str, object]
    reasons: list[ReasonOut]
    as_of: AwareDatetime
    decided_at: AwareDatetime


def grant_out(
    grant: Mapping[str, Any],
    history: Sequence[Mapping[str, Any]],
    actors: Mapping[Step, str | None],
    caller: Actor,
) -> GrantOut:
    """A grant, the steps that it took, and the caller's next ones; `actors` says who took which step last."""
    return GrantOut.model_validate(
        {
            **grant,
            "history": [{**step, "by": step["taken_by"] or _known_actor(step["step"], actors)} for step in history],
            "next_steps": steps_out(next_steps(grant["state"], actors, caller.subject), NEEDED, caller),
        }
    )


def _known_actor(step: str, actors: Mapping[Step, str | None]) -> str | None:
    """Who took a step that was recorded without an actor; who drafted is not kept once another releases."""
    return next((actor for known, actor in actors.items() if known == step), None)


def decision_out(row: Mapping[str, Any]) -> DecisionOut:
    """A stored decision as clients see it."""
    return DecisionOut.model_validate(dict(row))
