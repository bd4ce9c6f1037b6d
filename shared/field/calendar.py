"""Days in China, and due dates that fall on working days."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

CHINA = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


# The library takes 20 µs, and a batch of a thousand cases asks for one and the same day.
@lru_cache(maxsize=4096)
def _works_by_library(day: date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return not is_weekend(day)


def is_weekend(day: date) -> bool:
    """Whether it is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are worked, by the State Council's lists with their make-up days.

    `named` says so of single days; in `whole_years` every other day goes by the week. Of other years the library
    (chinesecalendar) is asked. The list of a year is published late in the year before: for one that neither knows,
    Saturdays and Sundays are the only rest days, and a due date may fall on a public holiday.

    What would lie beyond the calendar's last day (9999-12-31) is that day, what would lie before its first that one.
    """

    named: Mapping[date, bool]
    whole_years: frozenset[int]

    def works(self, day: date) -> bool:
        """Whether people work that day."""
        named = self.named.get(day)
        if named is not None:
            return named
        return not is_weekend(day) if day.year in self.whole_years else _works_by_library(day)

    def due_date(self, day: date, days: int) -> date:
        """The last day of a term of `days` calendar days after `day`; a rest day moves to the next working day.

        So the Civil Code counts (articles 201 and 203).
        """
        last = days_after(day, days)
        while not self.works(last) and last < date.max:
            last += _ONE_DAY
        return last

    def add_working_days(self, day: date, days: int) -> date:
        """The last day of a term of `days` working days: the first of them is the first one after `day`."""
        last = day
        for _ in range(days):
            last = self.due_date(days_after(last, 1), 0)
        return last

    def before_working_days(self, day: date, days: int) -> date:
        """The working day that lies `days` working days before a day; of none, the day itself."""
        first = day
        for _ in range(days):
            first = self.last_working_day(days_after(first, -1))
        return first

    def moved(self, first: date, last: date) -> list[tuple[date, date]]:
        """Each rest day from `first` to `last`, with the next working day."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [(day, self.due_date(day, 0)) for day in days if not self.works(day)]

    def last_working_day(self, day: date) -> date:
        """The day, or where it is a rest day the last working day before it."""
        while not self.works(day) and day > date.min:
            day -= _ONE_DAY
        return day


LIBRARY_ONLY = WorkingDays({}, frozenset())
"""Without a list of our own."""


def days_after(day: date, days: int) -> date:
    """The day that lies `days` after (negative: before), or else the calendar's last (first) day."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def months_after(day: date, months: int) -> date:
    """The corresponding day of a month that lies `months` after (negative: before), or else that month's last day.

    So the Civil Code ends a term of months or years (article 202). Beyond the calendar it is its last (first) day.
    """
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    if not MINYEAR <= year <= MAXYEAR:
        return date.max if months > 0 else date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def china_day(instant: datetime) -> date:
    """The day in China of an instant: deadlines, coverage and policies are counted there."""
    return instant.astimezone(CHINA).date()
