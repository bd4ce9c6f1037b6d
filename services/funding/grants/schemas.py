"""Grants and decisions as clients see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.contracts.funding import GrantStateName
from shared.problems.inputs import Body
from shared.problems.reasons import ReasonOut


class Release(Body):
    """Why a grant is not held any longer."""

    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class StepOut(BaseModel):
    """One step of a grant's history."""

    step: str
    at: AwareDatetime
    note: str | None


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


def grant_out(grant: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> GrantOut:
    """A grant and the steps that it took as clients see it."""
    return GrantOut.model_validate({**grant, "history": history})


def decision_out(row: Mapping[str, Any]) -> DecisionOut:
    """A stored decision as clients see it."""
    return DecisionOut.model_validate(dict(row))
