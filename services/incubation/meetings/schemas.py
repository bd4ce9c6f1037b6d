"""Meetings and resolutions as clients send them."""

from typing import Annotated

from pydantic import AfterValidator, Field

from services.incubation.routine.policies import MeetingLevel, Topic
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number

BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Line = Annotated[
    str, Field(min_length=1, max_length=200), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)
]
MAX_ITEMS, MAX_BODIES = 50, 200


class AgendaItem(Body):
    """What is on the agenda: the kind of topic, and its title."""

    topic: Topic
    title: Line


Agenda = Annotated[list[AgendaItem], Field(min_length=1, max_length=MAX_ITEMS)]


class MeetingPlan(Body):
    """When a meeting is to be, and on what."""

    planned_on: Day
    agenda: Agenda

    def count_keys(self) -> int:
        """Those of the agenda too."""
        return len(self.model_fields_set) + sum(one.count_keys() for one in self.agenda)


class NewMeeting(MeetingPlan):
    """A meeting of a level, convened by a body of it; a joint conference by its lead."""

    level: MeetingLevel
    convenor: BodyCode


class ResolutionBody(Body):
    """What was resolved, who is to do it, until when."""

    what: Prose
    owner: BodyCode
    due_on: Day


class MeetingMinutes(Body):
    """When it was held, what was really discussed, which bodies took part, and what was resolved."""

    held_on: Day
    agenda: Agenda
    present: Annotated[list[BodyCode], Field(min_length=1, max_length=MAX_BODIES)]
    minutes: Prose

    def count_keys(self) -> int:
        """Those of the agenda too."""
        return len(self.model_fields_set) + sum(one.count_keys() for one in self.agenda)


class MinutesBody(MeetingMinutes):
    """The minutes with the resolutions."""

    resolutions: Annotated[list[ResolutionBody], Field(max_length=MAX_ITEMS, default_factory=list)]

    def count_keys(self) -> int:
        """Those of the resolutions too."""
        return super().count_keys() + sum(one.count_keys() for one in self.resolutions)


class MinutesCorrection(MeetingMinutes):
    """The minutes as they should have been, and why; resolutions are changed by themselves."""

    reason: Prose


class RoutineReason(Body):
    """Why it is cancelled, withdrawn or taken up again."""

    reason: Prose


class ResolutionChange(Body):
    """Another owner or day, and why; what is left out stays."""

    owner: BodyCode | None = None
    due_on: Day | None = None
    reason: Prose


class ResolutionCompletion(Body):
    """The day on which it was done, and what came of it."""

    completed_on: Day
    note: Annotated[Prose | None, NoValueIsNone] = None
