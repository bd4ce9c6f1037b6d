"""What a yearly report is asked of each module for, and what a module answers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.field.calendar import CHINA
from shared.field.divisions import scope_prefix

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReportYear:
    """A year in China as it is reported on: to its last day, or to today while it runs."""

    year: int
    day: date
    """The day as of which is counted; what happens in the year is counted to its end."""
    running: bool

    @property
    def first(self) -> date:
        """The year's first day."""
        return date(self.year, 1, 1)

    @property
    def begin(self) -> datetime:
        """The instant at which the year begins in China."""
        return datetime(self.year, 1, 1, tzinfo=CHINA)

    @property
    def end(self) -> datetime:
        """The instant at which `day` is over in China."""
        after = self.day + _ONE_DAY
        return datetime(after.year, after.month, after.day, tzinfo=CHINA)

    def asked(self, division: str) -> dict[str, object]:
        """What the modules' statements bind, for a division given as a prefix."""
        return {
            "within": f"{scope_prefix(division)}%",
            "year": self.year,
            "first": self.first,
            "day": self.day,
            "begin": self.begin,
            "end": self.end,
        }


def report_year(year: int, today: date) -> ReportYear:
    """A year to its end, or to today where it is this one."""
    return ReportYear(year, min(date(year, 12, 31), today), year >= today.year)


@dataclass(frozen=True, slots=True)
class Count:
    """How many a module counts of a division (six digits); `unknown` rows may belong to it, and have no day."""

    division: str
    figure: str
    number: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a module counts in a year, and by figure the first day of which it knows anything, wherever: None: none.

    Of a year that runs nobody asks for these days.
    """

    counts: list[Count]
    known_from: dict[str, date | None]


def counts_of(rows: Iterable[Any], *figures: str) -> list[Count]:
    """Rows of a division and of columns that are called as the figures."""
    return [Count(row.division, figure, int(getattr(row, figure) or 0)) for row in rows for figure in figures]
