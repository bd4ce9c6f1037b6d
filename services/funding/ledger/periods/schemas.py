"""Months of the ledger as clients see them."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.ledger.periods.rules import PeriodState
from shared.problems.inputs import Body, Prose


class Reopening(Body):
    """Why a month that was closed is opened again."""

    reason: Prose


class PeriodOut(BaseModel):
    """A month of a division (a prefix: 3301 is the month of all its districts)."""

    division: str
    month: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    state: PeriodState
    version: int
    closed_by: str | None
    closed_at: AwareDatetime | None
    locked_by: str | None
    locked_at: AwareDatetime | None
    reason: str | None


def period_out(row: Mapping[str, Any]) -> PeriodOut:
    """A stored month."""
    return PeriodOut.model_validate(dict(row))
