"""Grants and decisions as clients see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.problems.inputs import Body, DivisionPrefix, Note

Outcome = Literal["raised", "held", "none", "unchanged"]


class Release(Body):
    """Why a grant is not held any longer."""

    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class Payment(Note):
    """A payment's note; `reason` says why a grant is paid to a Party organization that was dissolved."""

    reason: Annotated[str | None, Field(min_length=1, max_length=2000, pattern=r"\S")] = None


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
    reasons: list[Reason]
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
    outcome: Outcome
    amount_fen: int | None
    grant_id: UUID | None
    facts: dict[str, object]
    reasons: list[Reason]
    as_of: AwareDatetime
    decided_at: AwareDatetime


class RedecisionIn(Body):
    """Which decisions that found no scheme are made again; of a dry run nothing is kept."""

    division: DivisionPrefix | None = None
    year: Annotated[int | None, Field(ge=1949, le=9999, strict=True)] = None
    dry_run: Annotated[bool, Field(strict=True)] = False


class RedecidedOut(BaseModel):
    """A decision that found no scheme (`before`), and what is decided now."""

    before: UUID
    evaluation_id: UUID
    recipient_id: UUID
    division: str
    year: int
    outcome: Outcome
    scheme: str | None
    policy: str | None
    amount_fen: int | None
    grant_id: UUID | None


class RedecisionOut(BaseModel):
    """What was decided again, or would be; `left` wait for the next run."""

    dry_run: bool
    decisions: list[RedecidedOut]
    left: int


def grant_out(grant: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> GrantOut:
    """A grant and the steps that it took as clients see it."""
    return GrantOut.model_validate({**grant, "history": history})


def decision_out(row: Mapping[str, Any]) -> DecisionOut:
    """A stored decision as clients see it."""
    return DecisionOut.model_validate(dict(row))
