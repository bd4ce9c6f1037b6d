"""Supports as clients send and see them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.problems.inputs import Body, Day, Prose

SupportKind = Literal["premises", "funds", "projects", "training", "guidance"]
"""H4 and H10: premises, funds and projects, training and coaching, guidance of the work."""
Serves = Literal["organization", "party_organization", "both"]
"""Which of the two that are incubated in step it is for (H2)."""
Fen = Annotated[int, Field(gt=0, le=1_000_000_000_000, strict=True)]


class SupportBody(Body):
    """What an incubator gave: funds and projects with an amount, premises with an area; `until` where it lasts."""

    kind: SupportKind
    serves: Serves = "both"
    given_on: Day
    until: Day | None = None
    amount_fen: Fen | None = None
    area_m2: Annotated[int | None, Field(gt=0, le=1_000_000, strict=True)] = None
    participants: Annotated[int | None, Field(gt=0, le=1_000_000, strict=True)] = None
    content: Prose


class SupportWithdrawal(Body):
    """What was wrong about a record."""

    reason: Prose


class SupportOut(BaseModel):
    """What an incubator gave; one that was withdrawn does not count."""

    id: UUID
    kind: SupportKind
    serves: Serves
    given_on: date
    until: date | None
    amount_fen: int | None
    area_m2: int | None
    participants: int | None
    content: str
    recorded_by: str
    recorded_at: AwareDatetime
    withdrawn_at: AwareDatetime | None
    withdrawn_why: str | None
    version: int
