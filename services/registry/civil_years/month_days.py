"""Days of any year, as policies name them: 03-31."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

_LEAP = 2000


def _exists(written: str) -> str:
    month, day = (int(part) for part in written.split("-"))
    date(_LEAP, month, day)
    return written


MonthDay = Annotated[str, Field(pattern=r"^[0-9]{2}-[0-9]{2}$"), AfterValidator(_exists)]
"""A day that a leap year has."""


def day_in(year: int, written: str) -> date:
    """A day of a year; the 29th of February is the 28th where there is none."""
    month, day = (int(part) for part in written.split("-"))
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
