"""How a yearly cycle is created and shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.evaluation.cycles.rules import Counts, State, rated_on, state_of
from shared.problems.inputs import Body, DivisionPrefix


class CycleBody(Body):
    """A round: whose year, and which division with all inside it."""

    year: Annotated[int, Field(ge=2000, le=2100, strict=True)]
    division: DivisionPrefix


class CycleOut(BaseModel):
    """A yearly round, and whom it is for; a draft has no counts."""

    id: UUID
    year: int
    division: str
    reference_date: date
    """Whoever existed on this day takes part, as it was then."""
    state: State
    enrolled: int | None
    """Evaluations that were not withdrawn, counted now."""
    not_rated: int | None
    """Party organizations of a form that is not rated."""
    policy: str | None
    """The parameters frozen at the opening, by their id."""
    note: str | None
    created_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    closing_note: str | None
    version: int


def cycle_out(row: Mapping[str, Any], counts: Mapping[UUID, Counts]) -> CycleOut:
    """A stored row as clients see it, with the counts of those cycles that were opened."""
    counted = counts.get(row["id"])
    return CycleOut.model_validate(
        {
            **row,
            "state": state_of(row["state"]),
            "reference_date": rated_on(row["year"]),
            "policy": row["policy"] and row["policy"]["id"],
            "enrolled": counted and counted.enrolled,
            "not_rated": counted and counted.not_rated,
        }
    )
