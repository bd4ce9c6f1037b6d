"""The days that a decision on a case names: of the founding, and of a deferral with what it needs. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from shared.field.calendar import months_after
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
_TOO_FAR = Text(
    zh="按本地规定，一次暂缓最长 {months} 个月，暂缓期限不能晚于 {latest}。",
    en="The region's policy lets a case be put off by {months} months at a time: until {latest} at the latest.",
)
_TOO_OFTEN = Text(
    zh="该事项已暂缓 {times} 次，本地规定最多 {most} 次，不能再次暂缓。",
    en="The case has been put off {times} time(s), and the region's policy allows {most}: it is to be decided now.",
)

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


def check_deferral(
    until: date | None, today: date, *, months: int | None = None, times: int = 0, most: int | None = None
) -> None:
    """Raises InvalidInput (422) for a day that is past or further than `months` from today, and where a case was put
    off `most` times before (`times`); None: the policy sets no bound."""
    if until is not None and until < today:
        raise InvalidInput([FieldError("/until", _PAST, (("today", today),))])
    if most is not None and times >= most:
        raise InvalidInput([FieldError("/until", _TOO_OFTEN, (("times", times), ("most", most)))])
    if until is None or months is None:
        return
    latest = months_after(today, months)
    if until > latest:
        raise InvalidInput([FieldError("/until", _TOO_FAR, (("months", months), ("latest", latest)))])
