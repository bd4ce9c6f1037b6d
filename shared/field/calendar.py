"""Days in China, and due dates that fall on working days."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

CHINA = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


# The library takes 20 µs, and a batch of a thousand cases asks for one and the same day.
@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether people work that day, by the State Council's list with its make-up days (chinesecalendar).

    The list of a year is published late in the year before. For a year that the library does not know, Saturdays and
    Sundays are the only rest days: a due date may then fall on a public holiday.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def due_date(day: date, days: int) -> date:
    """The last day of a term of `days` calendar days after `day`; a rest day moves to the next working day.

    So the Civil Code counts (articles 201 and 203).
    """
    last = day + timedelta(days=days)
    while not is_working_day(last):
        last += _ONE_DAY
    return last


def china_day(instant: datetime) -> date:
    """The day in China of an instant: deadlines, coverage and policies are counted there."""
    return instant.astimezone(CHINA).date()
