"""A cycle's life and the day whose rules it goes by. Pure."""

from datetime import date
from typing import Literal

from shared.field import divisions
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

State = Literal["draft", "open", "closed"]
Step = Literal["opening", "closing"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "cycle",
    {
        ("draft", "opening"): "open",
        ("open", "closing"): "closed",
    },
)
"""Every move that a cycle can make; any other is refused and changes nothing."""


def rated_on(year: int) -> date:
    """The day whose rules and divisions a year's cycle goes by."""
    return date(year, 12, 31)


def find_errors(year: int, division: str) -> list[FieldError]:
    """What is wrong with a cycle's division: it must be one of its year."""
    try:
        divisions.check_division(division.ljust(6, "0"), rated_on(year))
    except BrokenValue as broken:
        return [field_error("/division", broken)]
    return []
