"""How consequences are shown."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.consequences.deriving.policies import Effect
from services.evaluation.consequences.lives import Kind, Owner, State
from shared.problems.reasons import ReasonOut
from shared.web.steps import NextStepOut, StepOut


class PlanOut(BaseModel):
    """The plan that is carried out."""

    goal: str
    measures: list[str]
    until: date
    at: datetime
    by: str


class TrackingOut(BaseModel):
    """An entry of the tracking."""

    on: date
    progress: str
    at: datetime
    by: str


class AcceptanceOut(BaseModel):
    """The last acceptance or rejection."""

    accepted: bool
    on: date
    record: str
    at: datetime
    by: str


class TalkOut(BaseModel):
    """A talk that was held. Its record is in the answer of the one GET alone; to whom talks are closed, day only."""

    held_on: date
    participants: int | None
    record: str | None


class ReceiptOut(BaseModel):
    """A step of a letter."""

    step: Literal["sending", "receipt", "use"]
    on: date
    reference: str | None
    at: datetime
    by: str


class EffectOut(BaseModel):
    """What it amounts to; a member is null where the kind has none."""

    total: str | None = None
    points: str | None = None
    of: str | None = None
    grade_at_most: str | None = None
    effect: Effect | None = None
    organizations: int | None = None
    """For how many organizations the rating counts (decision 4)."""
    by_civil_affairs: int | None = None
    """How many of them civil affairs registers (decision 8)."""


class OwnerOut(BaseModel):
    """Whose step is next: a role, in a division."""

    role: Owner
    division: str


class ConsequenceOut(BaseModel):
    """What follows from a final rating, with its life."""

    id: UUID
    kind: Kind
    state: State
    evaluation_id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    division: str
    star: int
    total: str
    owner: OwnerOut | None
    """Null where no step is left."""
    due_on: date | None
    effect: EffectOut
    plan: PlanOut | None
    tracking: list[TrackingOut]
    acceptance: AcceptanceOut | None
    talk: TalkOut | None
    receipts: list[ReceiptOut]
    policy: str
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]
    version: int
    created_at: datetime
    closed_on: date | None


def talk_out(talk: dict[str, Any] | None, *, opened: bool, record: bool) -> TalkOut | None:
    """A talk as a caller sees it to whom talks are open, or closed; with its `record` where that was opened."""
    if talk is None:
        return None
    participants = talk["participants"] if opened else None
    return TalkOut(held_on=talk["held_on"], participants=participants, record=talk["record"] if record else None)
