"""Dates and instants as clients write them, read in one way: `2026-03-01` and RFC 3339, no other text and no number.

Office files have a reader of their own, which knows how people write days.
"""

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime

from shared.field.calendar import CHINA
from shared.field.errors import FieldError

FIRST_DAY = date(1949, 10, 1)
"""No registration in the field is older."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?")


_EDGES = (MINYEAR, MAXYEAR)


class DayError(FieldError):
    """A value that is no date or no instant."""


def read_date(value: object) -> date:
    """A date from `2026-03-01`, or one that is a date already. Raises DayError."""
    if isinstance(value, str):
        if _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise DayError("date_malformed")


def read_instant(value: object) -> datetime:
    """An instant with its zone from RFC 3339, or one that is an instant already.

    Raises DayError, also for an instant that lies outside the calendar in UTC or in China: the last hours of year 9999
    are not everywhere.
    """
    if isinstance(value, str):
        if not _INSTANT.fullmatch(value):
            raise DayError("instant_without_zone" if _WITHOUT_ZONE.fullmatch(value) else "instant_malformed")
        try:
            value = datetime.fromisoformat(value[:-1] + "Z" if value.endswith("z") else value)
        except ValueError as error:
            raise DayError("instant_malformed") from error
    if not isinstance(value, datetime):
        raise DayError("instant_malformed")
    if value.tzinfo is None:
        raise DayError("instant_without_zone")
    if value.year in _EDGES:
        try:
            value.astimezone(UTC).astimezone(CHINA)
        except OverflowError as error:
            raise DayError("instant_out_of_calendar") from error
    return value
