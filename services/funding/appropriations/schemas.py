"""Appropriations as clients send and see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.appropriations.actions import Line
from services.funding.appropriations.policies import BudgetParameters
from services.funding.appropriations.rules import AppropriationState
from services.funding.policies import Level, Source
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Day, DivisionPrefix, Prose
from shared.problems.reasons import ReasonOut
from shared.web.knowledge import PolicyOut

Purpose = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]


class BudgetPolicyOut(PolicyOut[BudgetParameters]):
    """Which money needs an appropriation, when an answer warns, and what a year's end carries over."""


class AppropriationIn(Body):
    """What there is for a purpose in a year, decided on a day, and why; another person confirms it."""

    division: DivisionPrefix
    year: Annotated[int, Field(ge=2000, le=2999, strict=True)]
    level: Level = "city"
    source: Source
    purpose: Purpose
    amount_fen: Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
    decided_on: Day
    reason: Prose

    def line(self) -> Line:
        """What it is for."""
        return Line(self.division, self.year, self.level, self.source, self.purpose)


class ProposalOut(BaseModel):
    """An amount that waits for its confirmation."""

    amount_fen: int
    decided_on: Day
    because: str
    proposed_by: str
    proposed_at: AwareDatetime


class ChangeOut(BaseModel):
    """How an appropriation changed: what it was and became, decided on which day, why, and by whom."""

    number: int
    kind: Literal["entered", "raised", "lowered"]
    before_fen: int
    after_fen: int
    decided_on: Day
    because: str
    proposed_by: str
    proposed_at: AwareDatetime
    confirmed_by: str
    confirmed_at: AwareDatetime


class AppropriationOut(BaseModel):
    """An appropriation: its amount and what was carried over, less what is committed, is left."""

    code: str
    division: str
    year: int
    level: Level
    source: str
    purpose: str
    state: AppropriationState
    amount_fen: int
    carried_fen: int
    committed_fen: int
    paid_fen: int
    left_fen: int
    carried_out_fen: int
    lapsed_fen: int
    warn_from_bp: int
    policy: str
    version: int
    proposal: ProposalOut | None
    changes: list[ChangeOut]
    closed_by: str | None
    closed_at: AwareDatetime | None
    successor_id: UUID | None
    id: UUID
    reasons: list[ReasonOut]


def appropriation_out(row: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> AppropriationOut:
    """A stored appropriation with its history."""
    proposal = None
    if row["proposed_by"] is not None:
        proposal = {
            "amount_fen": row["proposed_fen"],
            "decided_on": row["proposed_on"],
            "because": row["proposed_because"],
            "proposed_by": row["proposed_by"],
            "proposed_at": row["proposed_at"],
        }
    gone = row["committed_fen"] + row["carried_out_fen"] + row["lapsed_fen"]
    left = row["amount_fen"] + row["carried_fen"] - gone
    return AppropriationOut.model_validate(
        {**row, "left_fen": left, "proposal": proposal, "changes": [dict(one) for one in changes]}
    )
