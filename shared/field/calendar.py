"""Working days by the State Council's yearly list with make-up days (chinesecalendar), and terms in days."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar

from shared.field.errors import FieldError

NOTHING_DECLARED: Mapping[date, bool] = MappingProxyType({})

CHINA = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarUnknown(FieldError):  # noqa: N818 - named for what is missing
    """The list of a year is neither in the library nor declared by the caller."""

    def __init__(self, year: int) -> None:
        super().__init__("calendar_year_unknown", {"year": year})
        self.args = (year,)


def is_working_day(day: date, *, declared: Mapping[date, bool] = NOTHING_DECLARED) -> bool:
    """Whether people work that day. `declared` (day → worked) adds the list of a year the library lacks."""
    if day in declared:
        return declared[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        if any(known.year == day.year for known in declared):
            return day.weekday() < _SATURDAY
        raise CalendarUnknown(day.year) from None


def add_working_days(day: date, n: int, *, declared: Mapping[date, bool] = NOTHING_DECLARED) -> date:
    """The n-th working day after `day`, which is not counted itself; `day` when n is 0."""
    if n < 0:
        raise ValueError("n counts forward")
    while n:
        day += _ONE_DAY
        n -= is_working_day(day, declared=declared)
    return day


def due_date(day: date, days: int, *, declared: Mapping[date, bool] = NOTHING_DECLARED) -> date:
    """The end of a term of calendar days, moved past rest days to a working day (Civil Code art. 203)."""
    last = day + timedelta(days=days)
    while not is_working_day(last, declared=declared):
        last += _ONE_DAY
    return last


def fiscal_year(day: date) -> int:
    """1 January to 31 December (Budget Law)."""
    return day.year


def china_day(instant: datetime) -> date:
    """The day in China of an instant: deadlines, coverage and policies are counted there."""
    return instant.astimezone(CHINA).date()
