"""The days that a decision on a case names: of the founding, and of a deferral with what it needs. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.problems.foundings import BEFORE_REGISTRATION
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_POINTER = "/founded_on"
_IN_THE_FUTURE = Text(
    zh="成立日期不能晚于今天（{today}）。", en="The day of the founding must not be later than today ({today})."
)
_BEFORE_FOUNDING = Text(
    zh="该党组织于 {established} 成立，不能自 {given} 起吸收单位或变更。",
    en="The Party organization was founded on {established}: it took nobody in and did not change on {given}.",
)
_PAST = Text(zh="暂缓期限不能早于今天（{today}）。", en="A case is not put off until a day before today ({today}).")

_ASKED_FOR = Text(zh="按本地规定，暂缓时须填写此项。", en="The region's policy asks for this where a case is put off.")


def founding_day(given: date | None, registered: Iterable[date | None], today: date) -> date:
    """The day of the superior Party organization's reply, today where none is given.

    `registered` are the days on which the organizations were registered, None where that is not known. Raises
    InvalidInput (422) for a day to come, or before one of these.
    """
    if given is None:
        return today
    if given > today:
        raise InvalidInput([FieldError(_POINTER, _IN_THE_FUTURE, (("today", today),))])
    latest = max((day for day in registered if day is not None), default=None)
    if latest is not None and given < latest:
        raise InvalidInput([FieldError(_POINTER, BEFORE_REGISTRATION, (("registered_on", latest),))])
    return given


def check_standing(given: date, established: date | None) -> None:
    """Raises InvalidInput (422) for a day before the founding of the Party organization that takes units in or changes;
    None where that is not known."""
    if established is not None and given < established:
        raise InvalidInput([FieldError(_POINTER, _BEFORE_FOUNDING, (("established", established), ("given", given)))])


def check_arranged(required: Iterable[str], given: Mapping[str, object]) -> None:
    """Raises InvalidInput (422) that names each part of a deferral that the policy asks for and nobody gave."""
    missing = [FieldError(f"/{name}", _ASKED_FOR) for name in required if given[name] is None]
    if missing:
        raise InvalidInput(missing)


def check_deferral(until: date | None, today: date) -> None:
    """Raises InvalidInput (422) for a day that is past."""
    if until is not None and until < today:
        raise InvalidInput([FieldError("/until", _PAST, (("today", today),))])
