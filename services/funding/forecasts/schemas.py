"""Forecasts as clients ask for and see them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.funding.forecasts.choosing import ProposedFigures
from services.funding.forecasts.inputs import (
    ForecastRates,
    ForeseenCount,
    ForeseenDues,
    ForeseenEntry,
    Number,
    Simulation,
    StarName,
)
from services.funding.policies import Level
from shared.contracts.base import PartyOrganizationKind
from shared.problems.inputs import Day, DivisionPrefix, Note
from shared.problems.reasons import ReasonOut

Year = Annotated[int, Field(ge=2000, le=2999, strict=True)]
What = Literal["count", "entry", "dues"]


class ForecastIn(Note):
    """Of which division and year; and what is to be assumed instead of what funding knows."""

    division: DivisionPrefix
    year: Year
    budget_year: Year | None = None
    counted_on: Day | None = None
    policies: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=50, default_factory=list)]
    proposed: Annotated[list[ProposedFigures], Field(max_length=50, default_factory=list)]
    counts: Annotated[list[ForeseenCount], Field(max_length=2000)] | None = None
    entries: Annotated[list[ForeseenEntry], Field(max_length=1000)] | None = None
    dues: Annotated[list[ForeseenDues], Field(max_length=1000)] | None = None
    stars: Annotated[dict[StarName, Number], Field(min_length=1, max_length=6)] | None = None
    rates: ForecastRates = ForecastRates()
    simulation: Simulation | None = None


class SchemeNeedOut(BaseModel):
    """What a scheme needs in all."""

    scheme: str
    count: int
    need_fen: int
    held_fen: int


class SourceNeedOut(BaseModel):
    """What is needed of a source, and what of it no appropriation pays."""

    source: str
    need_fen: int
    unfunded_fen: int


class AppliedPolicyOut(BaseModel):
    """A scheme that lines are by, as it was then; `proposed`: with figures that the request gave."""

    id: str
    region: str
    source: str
    proposed: bool
    parameters: dict[str, Any]


class SimulatedOut(BaseModel):
    """The simulation whose stars were taken; `changes`: how many Party organizations it named."""

    id: UUID
    year: int
    division: str
    policy: str | None
    changes: int | None


class ForecastOut(BaseModel):
    """A year's need: `held_fen` of it waits for rectifications, `unfunded_fen` is in no appropriation."""

    id: UUID
    division: str
    year: int
    budget_year: int
    counted_on: date
    need_fen: int
    held_fen: int
    unfunded_fen: int
    lines: int
    by_scheme: list[SchemeNeedOut]
    by_source: list[SourceNeedOut]
    given: list[str]
    """What the request gave instead of what funding knows."""
    stars: dict[str, int] | None
    rates: ForecastRates
    simulation: SimulatedOut | None
    policies: list[AppliedPolicyOut]
    input_hash: str
    reasons: list[ReasonOut]
    note: str | None
    created_by: str
    created_at: datetime


class ForecastLineOut(BaseModel):
    """What a scheme needs in a division for a kind (null: money that follows no kind)."""

    number: int
    division: str
    kind: PartyOrganizationKind | None
    scheme: str
    policy: str
    level: Level
    source: str
    purpose: str
    count: int
    need_fen: int
    held_fen: int
    reasons: list[ReasonOut]


class ForecastFundOut(BaseModel):
    """A line of the budget: the need, less what its grants took already and what is left, is unfunded."""

    number: int
    division: str
    level: Level
    source: str
    purpose: str
    appropriation: str | None
    need_fen: int
    charged_fen: int
    left_fen: int
    unfunded_fen: int
    reasons: list[ReasonOut]


class ForecastInputOut(BaseModel):
    """Something that was counted, an entry of a list, or a division's dues; what it does not have is null."""

    number: int
    what: What
    division: str
    kind: PartyOrganizationKind | None = None
    star: int | None = None
    party_organizations: int | None = None
    organizations: int | None = None
    full_members: int | None = None
    probationary_members: int | None = None
    founded: int | None = None
    open_to: dict[str, int] | None = None
    scheme: str | None = None
    count: int | None = None
    amount_fen: int | None = None
    category: str | None = None
    months: int | None = None
    remitted_fen: int | None = None
    retained_fen: int | None = None


def forecast_out(row: Mapping[str, Any]) -> ForecastOut:
    """A stored forecast."""
    return ForecastOut.model_validate({**row, **row["totals"], **row["asked"]})


def line_out(row: Mapping[str, Any]) -> ForecastLineOut:
    """A stored line."""
    return ForecastLineOut.model_validate({**row, "division": row["place"]})


def fund_out(row: Mapping[str, Any]) -> ForecastFundOut:
    """What is asked of a line of the budget."""
    return ForecastFundOut.model_validate({**row, "division": row["place"]})


def input_out(row: Mapping[str, Any]) -> ForecastInputOut:
    """A stored input."""
    return ForecastInputOut.model_validate(row)
