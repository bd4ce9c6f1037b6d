"""Meetings, resolutions and the calendar as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.bodies.body import Body
from services.incubation.meetings.levels import bar_of
from services.incubation.meetings.rules import (
    RESOLUTIONS,
    TRANSITIONS,
    Convened,
    Due,
    MeetingState,
    Place,
    ResolutionState,
    Standing,
)
from services.incubation.routine.policies import MeetingLevel, Topic
from shared.contracts.bodies import BodyLevel
from shared.db.session import Record
from shared.field.divisions import city_of
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

_STEPS = ("change", "minutes", "correction", "cancellation", "completion", "withdrawal", "reopening")
NEEDED: Mapping[str, Permission] = dict.fromkeys(_STEPS, Permission.MEETINGS_WRITE)


class AgendaItemOut(BaseModel):
    """What is, or was, on the agenda."""

    topic: Topic
    title: str


class MeetingOut(BaseModel):
    """A regular meeting. `counts` says whether it was one of those that are due; `reasons` why."""

    id: UUID
    level: MeetingLevel
    convenor: str
    division: str
    street: str | None
    planned_on: date
    agenda: list[AgendaItemOut]
    state: MeetingState
    held_on: date | None
    present: list[str]
    minutes: str | None
    counts: bool | None
    policy: str
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]
    created_at: AwareDatetime
    version: int


class ResolutionOut(BaseModel):
    """What a meeting resolved: a task of its owner until its day."""

    id: UUID
    meeting_id: UUID
    number: int
    division: str
    level: MeetingLevel
    resolved_on: date
    what: str
    owner: str
    owner_level: BodyLevel
    due_on: date
    state: ResolutionState
    overdue: bool
    completed_on: date | None
    history: list[StepOut]
    next_steps: list[NextStepOut]
    created_at: AwareDatetime
    version: int


class ConvenorOut(BaseModel):
    """The body that convenes, as it is called on the day."""

    id: UUID
    code: str
    name: str


class CalendarEntryOut(BaseModel):
    """Whose regular meetings they are, when the last that counted was, and by when the next is due."""

    level: MeetingLevel
    division: str
    street: str | None
    convenor: ConvenorOut
    months: int | None
    last_on: date | None
    planned_on: date | None
    due_on: date | None
    standing: Standing
    reasons: list[ReasonOut]


class UnconvenedOut(BaseModel):
    """A city or district that is to hold regular meetings, and has no body that convenes them."""

    division: str
    division_name: str
    level: MeetingLevel


class MeetingCalendarOut(BaseModel):
    """The regular meetings of a division and those inside it on a day."""

    division: str
    on: date
    due: int
    overdue: int
    entries: list[CalendarEntryOut]
    without_convenor: list[UnconvenedOut]


class ConvenorCalendarOut(BaseModel):
    """The regular meetings that a body convenes."""

    convenor: ConvenorOut
    on: date
    entries: list[CalendarEntryOut]


def meeting_out(row: Record, caller: Actor) -> MeetingOut:
    """A stored meeting, and the caller's next steps."""
    barred = bar_of(caller, row["level"], row["division"])
    steps = [(step, barred) for before, step in TRANSITIONS if before == row["state"]]
    shown = {**row, "history": row["steps"], "next_steps": steps_out(steps, NEEDED, caller)}
    return MeetingOut.model_validate(shown)


def resolution_out(row: Record, caller: Actor, today: date) -> ResolutionOut:
    """A stored resolution, and the caller's next steps."""
    barred = bar_of(caller, row["level"], _division_of(row))
    steps = [(step, None if step == "completion" else barred) for before, step in RESOLUTIONS if before == row["state"]]
    late = row["state"] == "open" and row["due_on"] < today
    shown = {**row, "overdue": late, "history": row["steps"], "next_steps": steps_out(steps, NEEDED, caller)}
    return ResolutionOut.model_validate(shown)


def _division_of(row: Record) -> str:
    """Where the meeting was that resolved something: its owner's city, or the owner's own district."""
    division: str = row["division"]
    if row["level"] in ("district", "street"):
        return division
    city = city_of(division, row["resolved_on"])
    return division if city is None else city.code


def convenor_out(body: Body, on: date) -> ConvenorOut:
    """A body in short."""
    return ConvenorOut(id=body.id, code=body.code, name=body.name_on(on))


def entries_out(
    found: Sequence[tuple[Convened, Due]], last: Mapping[Place, date], planned: Mapping[Place, date], on: date
) -> list[CalendarEntryOut]:
    """The calendar's entries."""
    return [
        CalendarEntryOut(
            level=one.place.level,
            division=one.place.division,
            street=one.place.street,
            convenor=convenor_out(one.convenor, on),
            months=one.round.months,
            last_on=last.get(one.place),
            planned_on=planned.get(one.place),
            due_on=its.due_on,
            standing=its.standing,
            reasons=[ReasonOut.model_validate(its.reason)],
        )
        for one, its in found
    ]
