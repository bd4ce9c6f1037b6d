"""The body above, reminders and escalation of a case as clients see them."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from services.incubation.bodies.body import Body
from services.incubation.formation.superiors.finding import Standing
from shared.contracts.bodies import BodyLevel
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.reasons import ReasonOut
from shared.web.steps import StepOut


class BodyAboveOut(BaseModel):
    """A superior body, as it is called today."""

    code: str
    name: str
    level: BodyLevel
    division: str


class AboveOut(BaseModel):
    """Whose decision a case is; `body` is null where none is known: then whoever may decide in the division does."""

    body: BodyAboveOut | None
    reasons: list[ReasonOut]


class ReminderOut(BaseModel):
    """A reminder that came `on` a day, `working_days` before or after the day by which to decide."""

    on: date
    when: Literal["before", "after"]
    working_days: int


class EscalationOut(BaseModel):
    """With which body a case is that nobody decided in time, since when; null where no body above is known.

    It follows from the day: `as_of`.
    """

    escalated_to: BodyAboveOut | None
    since: date
    as_of: date
    reasons: list[ReasonOut]


class CaseStepOut(StepOut):
    """A step; a decision with the body for which it was taken (null where none is recorded), and why for this one."""

    body: str | None = None
    reasons: list[ReasonOut] = Field(default_factory=list)


def standing_out(standing: Standing, now: datetime) -> Record:
    """Where a case stands today."""
    today, reminder, escalation = china_day(now), standing.reminder, standing.escalation
    return {
        "above": {"body": body_out(standing.above.body, today), "reasons": [standing.above.reason.model_dump()]},
        "reminder": reminder and {"on": reminder.on, "when": reminder.when, "working_days": reminder.working_days},
        "escalation": escalation
        and {
            "escalated_to": body_out(escalation.to, today),
            "since": escalation.since,
            "as_of": today,
            "reasons": [escalation.reason.model_dump()],
        },
    }


def body_out(body: Body | None, on: date) -> Record | None:
    """A body as it is called on a day."""
    if body is None:
        return None
    return {"code": body.code, "name": body.name_on(on), "level": body.level, "division": body.division}
