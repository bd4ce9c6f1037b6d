"""From a fact to points, by an indicator's method. Pure, exact, and monotone: a better fact never earns less."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.evaluation.indicator_systems.explaining import show
from services.evaluation.indicator_systems.methods import Counted, Deduction, Graded, Method, Ratio, YesNo
from shared.problems.language import Text

_PERCENTAGE = re.compile(r"(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)")
MOST = 1_000_000
"""The highest count that is a fact and no slip of the keyboard."""

NO_COUNT = Text(zh="应为 0 至 {most} 的整数。", en="Must be a whole number from 0 to {most}.")
NO_GRADE = Text(zh="应为下列档次之一：{grades}。", en="Must be one of the grades {grades}.")
NO_SHARE = Text(
    zh="应为 0 至 100 的百分数（最多两位小数），或分子不大于分母的“part”与“whole”；没有可计之数的，两者均填 0。",
    en="Must be a percentage from 0 to 100 of at most two decimals, or part and whole, part at most whole; where there "
    "is nothing to count, both are 0.",
)
NO_ANSWER = Text(zh="应为“true”或“false”。", en="Must be true or false.")


@dataclass(frozen=True, slots=True)
class Worked:
    """The points of a fact, the fact as it was read, and how they came about."""

    points: Decimal
    value: Any
    because: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NotAFact:
    """Why a value is none for the method: the sentence and what goes into it."""

    sentence: Text
    facts: Mapping[str, object]


def counts_nothing(method: Method | None, value: object) -> bool:
    """Whether a value says that there was nothing of which a part could be counted: 0 of 0."""
    return (
        isinstance(method, Ratio)
        and isinstance(value, Mapping)
        and set(value) == {"part", "whole"}
        and all(type(one) is int and one == 0 for one in value.values())
    )


def work_out(method: Method, points: Decimal, value: object) -> Worked | NotAFact:
    """The points that a value earns, of at most `points`. One that counts nothing (`counts_nothing`) earns none."""
    match method:
        case Graded():
            return _graded(method, value)
        case Counted() | Deduction():
            return _by_count(method, points, value)
        case Ratio():
            return _by_share(method, value)
        case YesNo():
            if not isinstance(value, bool):
                return NotAFact(NO_ANSWER, {})
            return Worked(points if value else Decimal(0), value, {"method": "yes_no", "answer": value})


def _graded(method: Graded, value: object) -> Worked | NotAFact:
    found = next((grade for grade in method.grades if grade.code == value), None)
    if found is None:
        return NotAFact(NO_GRADE, {"grades": ", ".join(grade.code for grade in method.grades)})
    return Worked(
        found.points, value, {"method": "graded", "grade": found.code, "zh": found.means.zh, "en": found.means.en}
    )


def _by_count(method: Counted | Deduction, points: Decimal, value: object) -> Worked | NotAFact:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        return NotAFact(NO_COUNT, {"most": MOST})
    because: dict[str, object] = {"method": method.kind, "count": value, "each": show(method.each), "of": show(points)}
    if isinstance(method, Deduction):
        return Worked(max(points - method.each * value, Decimal(0)), value, because)
    return Worked(min(method.each * value, points), value, because)


def _by_share(method: Ratio, value: object) -> Worked | NotAFact:
    share = _read_share(value)
    if share is None:
        return NotAFact(NO_SHARE, {})
    part, whole = share
    # Multiplied, not divided: 2 of 3 is compared as it is, not as a rounded percentage.
    reached = next((one for one in method.brackets if part * 100 >= one.at_least * whole), None)
    because = {
        "method": "ratio",
        "part": show(part),
        "whole": show(whole),
        "at_least": None if reached is None else show(reached.at_least),
    }
    kept = {name: int(value[name]) for name in ("part", "whole")} if isinstance(value, Mapping) else show(part)
    return Worked(Decimal(0) if reached is None else reached.points, kept, because)


def _read_share(value: object) -> tuple[Decimal, Decimal] | None:
    if isinstance(value, Mapping):
        part, whole = value.get("part"), value.get("whole")
        counts = [one for one in (part, whole) if isinstance(one, int) and not isinstance(one, bool)]
        if set(value) != {"part", "whole"} or len(counts) != 2 or not 0 <= counts[0] <= counts[1] <= MOST:  # noqa: PLR2004
            return None
        return (Decimal(counts[0]), Decimal(counts[1])) if counts[1] else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    if not _PERCENTAGE.fullmatch(str(value)):
        return None
    return Decimal(value), Decimal(100)
