"""Activities and cultivation as clients send them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.incubation.meetings.schemas import Line
from services.incubation.routine.activity_policies import KindCode
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose

People = Annotated[int, Field(gt=0, le=1_000_000, strict=True)]
Count = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Optional = Annotated[Line | None, NoValueIsNone]
MAX_PARTIES = 500


class ActivityBody(Body):
    """What Party organizations did on a day, or do from it on: counts only, and no persons."""

    title: Line
    on_day: Day
    until: Day | None = None
    partner: Optional = None
    place: Optional = None
    field: Optional = None
    participants: People | None = None
    service: Annotated[Prose | None, NoValueIsNone] = None
    party_organizations: Annotated[list[UUID], Field(max_length=MAX_PARTIES, default_factory=list)]


class NewActivity(ActivityBody):
    """An activity of a kind, in a division."""

    kind: KindCode
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]


class ActivityCorrection(ActivityBody):
    """The activity as it should have been recorded, and why."""

    reason: Prose


class ActivityEnd(Body):
    """The first day on which it goes on no more, and why."""

    until: Day
    reason: Prose


class CultivationBody(Body):
    """Counts of a year (H12)."""

    staff_to_members: Count
    members_to_staff: Count
