"""Who may take which step of a consequence, and on which day. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.evaluation.consequences import errors as e
from services.evaluation.consequences.lives import Step
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError, InvalidInput


def barred_by_plan(step: Step, steps: Sequence[Mapping[str, Any]], actor: str) -> SameHand | None:
    """Nobody accepts a plan that they wrote, replaced or not; None where nothing bars the actor."""
    if step in ("acceptance", "rejection") and any(
        one["step"] == "plan" and same_person(one["by"], actor) for one in steps
    ):
        return SameHand(what="consequence", earlier="plan", step="acceptance")
    return None


def check_day(pointer: str, day: date, *, today: date, final_on: date, last: date | None = None) -> None:
    """Raises InvalidInput (422) for a day to come, before the rating was final, or before that of the last step."""
    if day > today:
        raise InvalidInput([FieldError(pointer, e.TO_COME)])
    if day < final_on:
        raise InvalidInput([FieldError(pointer, e.BEFORE_RATING, (("final_on", final_on),))])
    if last is not None and day < last:
        raise InvalidInput([FieldError(pointer, e.BEFORE_LAST, (("last", last),))])


def check_until(until: date, today: date) -> None:
    """Raises InvalidInput (422) for a plan that would have been carried out already."""
    if until < today:
        raise InvalidInput([FieldError("/until", e.PAST)])
