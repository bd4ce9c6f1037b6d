"""The periods that a round may be of: a year, a half, a quarter. Pure."""

import re
from datetime import date

_PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4]))?")
_LAST_DAYS = {3: 31, 6: 30, 9: 30, 12: 31}


def is_period(text: str) -> bool:
    """Whether it is written 2026, 2026H1 or 2026Q3."""
    return _PERIOD.fullmatch(text) is not None and int(text[:4]) > 0


def year_of(period: str) -> int:
    """The year of a period."""
    return int(period[:4])


def reference_day(period: str) -> date:
    """Its last day, as of which everything is counted. Raises ValueError for what is no period."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise ValueError("no period")
    month = 12
    if found["half"]:
        month = int(found["half"]) * 6
    elif found["quarter"]:
        month = int(found["quarter"]) * 3
    return date(int(found["year"]), month, _LAST_DAYS[month])
