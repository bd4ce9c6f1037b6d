"""How an indicator's facts become points: five methods, each with its figures. Pure.

Every method says what less than full costs, and none of them lets a better fact earn less.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from services.evaluation.indicator_systems.texts import Bilingual, Part
from services.evaluation.stage_policies import Points

Positive = Annotated[Decimal, Field(gt=0, decimal_places=2)]


class Grade(Part):
    """One level of what was found, with its points and what it means."""

    code: Annotated[str, Field(pattern=r"^[a-z]$")]
    points: Points
    means: Bilingual


class Graded(Part):
    """Levels from full points down to none; the fact is the code of one."""

    kind: Literal["graded"]
    grades: Annotated[Sequence[Grade], Field(min_length=2)]


class Counted(Part):
    """Points for each of what was done, up to the indicator's points; the fact is how many."""

    kind: Literal["counted"]
    unit: Bilingual
    each: Positive

    def full_at(self, points: Decimal) -> int:
        """How many earn all points."""
        return int((points / self.each).to_integral_value(ROUND_CEILING))


class Deduction(Part):
    """Each case costs, down to nothing; the fact is how many cases were found."""

    kind: Literal["deduction"]
    case: Bilingual
    each: Positive


class Bracket(Part):
    """The points from a percentage on, itself included."""

    at_least: Annotated[Decimal, Field(gt=0, le=100, decimal_places=2)]
    points: Positive


class Ratio(Part):
    """Points by percentage; the fact is a part of a whole, or the percentage itself."""

    kind: Literal["ratio"]
    of: Bilingual
    brackets: Annotated[Sequence[Bracket], Field(min_length=1)]


class YesNo(Part):
    """All points or none; the fact is true or false."""

    kind: Literal["yes_no"]
    question: Bilingual


Method = Annotated[Graded | Counted | Deduction | Ratio | YesNo, Field(discriminator="kind")]
KINDS = ("graded", "counted", "deduction", "ratio", "yes_no")


def find_fault(method: Method, points: Decimal) -> str | None:
    """What is wrong with a method's figures beside the indicator's points; None where all is well."""
    match method:
        case Graded(grades=grades):
            return _of_grades(grades, points)
        case Ratio(brackets=brackets):
            return _of_brackets(brackets, points)
        case Counted(each=each) | Deduction(each=each) if each > points:
            return f"one earns or costs {each}, more than the indicator's {points} points"
    return None


def _of_grades(grades: Sequence[Grade], points: Decimal) -> str | None:
    earned = [grade.points for grade in grades]
    if len({grade.code for grade in grades}) < len(grades):
        return "a grade's code stands twice"
    if not _falls(earned):
        return "grades go from the most points to the least"
    return None if earned[0] == points and earned[-1] == 0 else f"grades begin at {points} points and end at 0"


def _of_brackets(brackets: Sequence[Bracket], points: Decimal) -> str | None:
    if not _falls([one.at_least for one in brackets]) or not _falls([one.points for one in brackets]):
        return "brackets go from the highest percentage to the lowest, and so do their points"
    return None if brackets[0].points == points else f"the first bracket earns {points} points"


def _falls(figures: Sequence[Decimal]) -> bool:
    return all(more > less for more, less in pairwise(figures))
