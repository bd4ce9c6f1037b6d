"""A cycle's life, the day whose rules it goes by, and when it may open. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from shared.field import divisions
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

State = Literal["drafted", "open", "closed"]
Step = Literal["opening", "closing"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "cycle",
    {
        ("drafted", "opening"): "open",
        ("open", "closing"): "closed",
    },
)
"""Every move that a cycle can make; any other is refused and changes nothing."""


_YEAR_TO_COME = Text(
    zh="{year} 年尚未开始，不能进行该年度的评定。", en="The year {year} has not begun: there is nothing to rate yet."
)
_NO_RULES = Text(zh="{year} 年度没有评定规则。", en="There are no rules for rating the year {year}.")


def rated_on(year: int) -> date:
    """The day whose rules and divisions a year's cycle goes by."""
    return date(year, 12, 31)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a cycle enrolled, and how many have a form that it does not rate."""

    enrolled: int
    not_rated: int


STORED_DRAFT = "draft"
"""How `drafted` is stored: the version before writes and reads this word."""


def state_of(stored: str) -> State:
    """A stored state as it is called."""
    return "drafted" if stored == STORED_DRAFT else cast(State, stored)


def find_errors(year: int, division: str, today: date, *, has_rules: bool) -> list[FieldError]:
    """What is wrong with a cycle: its year has begun and has rules, and its division is one of that year."""
    if year > today.year:
        return [FieldError("/year", _YEAR_TO_COME, (("year", year),))]
    try:
        divisions.check_division(division.ljust(6, "0"), rated_on(year))
    except BrokenValue as broken:
        return [field_error("/division", broken)]
    return [] if has_rules else [FieldError("/year", _NO_RULES, (("year", year),))]
