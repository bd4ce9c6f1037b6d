"""When a notice runs, and what becomes of an objection. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from services.evaluation.notices import errors as e
from services.evaluation.stage_policies import NoticeRules
from shared.field.calendar import WorkingDays
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions

State = Literal["open", "rejected", "upheld", "settled"]
Step = Literal["rejection", "upholding", "settling"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "objection",
    {
        ("open", "rejection"): "rejected",
        ("open", "upholding"): "upheld",
        ("open", "settling"): "settled",
    },
)
"""Every move that an objection can make. Where one is upheld, the others to the same rating are settled with it."""


def notice_until(
    rules: NoticeRules, days: WorkingDays, published_on: date, held_on: Sequence[date], today: date
) -> date:
    """The last day of a notice. Raises InvalidInput (422) for a day on which it was not published.

    A notice that would have run out before it is recorded leaves nobody time to object.
    """
    last = max(held_on)
    if published_on > today:
        raise InvalidInput([FieldError("/published_on", e.TO_COME)])
    if published_on < last:
        raise InvalidInput([FieldError("/published_on", e.BEFORE_SESSION, (("held_on", last),))])
    until = days.add_working_days(published_on, rules.working_days)
    if until < today:
        raise InvalidInput([FieldError("/published_on", e.RUN_OUT, (("until", until),))])
    return until


def check_objected_on(objected_on: date, published_on: date, until: date, today: date) -> None:
    """Raises InvalidInput (422) for a day to come or before the notice, NoticeOver (409) for one after it."""
    if objected_on > today:
        raise InvalidInput([FieldError("/on", e.TO_COME)])
    if objected_on < published_on:
        raise InvalidInput([FieldError("/on", e.BEFORE_NOTICE)])
    if objected_on > until:
        raise e.NoticeOver(until=until)


def answer_due(rules: NoticeRules | None, days: WorkingDays, objected_on: date) -> date | None:
    """By when an objection is answered; None where the policy sets no day."""
    if rules is None or rules.answer_working_days is None:
        return None
    return days.add_working_days(objected_on, rules.answer_working_days)
