"""What is recorded of a session, and how it is shown: counts of its members, no names."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.problems.inputs import Body, Day, DivisionPrefix, Note

Members = Annotated[int, Field(ge=0, le=999, strict=True)]
Star = Annotated[int, Field(ge=0, le=5, strict=True)]
MOST_DECISIONS = 20_000


class DecisionBody(Body):
    """One that is decided; the star that the session counted on, if it says so."""

    evaluation_id: UUID
    star: Star | None = None


class ListBody(Body):
    """Everybody of a type and a division who is ready for a decision; all of the cycle without either."""

    type: Annotated[str, Field(max_length=64)] | None = None
    division: DivisionPrefix | None = None


class RecusedBody(Body):
    """How many members stayed away from one decision because of an interest."""

    evaluation_id: UUID
    members: Members


class SessionBody(Note):
    """A session: when, of how many members, and what it decided, one by one or by list, `count` of them."""

    held_on: Day
    members_due: Annotated[int, Field(ge=1, le=999, strict=True)]
    members_present: Annotated[int, Field(ge=1, le=999, strict=True)]
    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=MOST_DECISIONS)] | None = None
    by_list: ListBody | None = None
    count: Annotated[int, Field(ge=1, le=MOST_DECISIONS, strict=True)]
    recused: Annotated[list[RecusedBody], Field(max_length=MOST_DECISIONS, default_factory=list)]


class SessionOut(BaseModel):
    """A session of the committee and how it came out; what it decided of each stands in the evaluations."""

    id: UUID
    cycle_id: UUID
    division: str
    held_on: date
    members_due: int
    members_present: int
    decided: int
    stars: dict[str, int]
    """How many got each star."""
    fell: int
    """How many lost a star by a quota."""
    laggards: int
    policy: str
    note: str | None
    recorded_at: datetime
    recorded_by: str
