"""How a yearly cycle is created and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.evaluation.cycles.rules import State
from shared.problems.inputs import Body, DivisionPrefix


class CycleBody(Body):
    """A round: whose year, and which division with all inside it."""

    year: Annotated[int, Field(ge=2000, le=2100, strict=True)]
    division: DivisionPrefix


class CycleOut(BaseModel):
    """A yearly round; the counts are those of its opening."""

    id: UUID
    year: int
    division: str
    state: State
    enrolled: int | None
    not_rated: int | None
    """Party organizations of a form that is not rated."""
    policy: str | None
    """The parameters frozen at the opening, by their id."""
    note: str | None
    created_at: datetime
    opened_at: datetime | None
    version: int


def cycle_out(row: Mapping[str, Any]) -> CycleOut:
    """A stored row as clients see it."""
    return CycleOut.model_validate({**row, "policy": row["policy"] and row["policy"]["id"]})
