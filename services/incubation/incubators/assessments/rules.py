"""Scores within their points, the total and the grade (H8). Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from services.incubation.incubating.assessment_policies import AssessmentPolicy
from services.incubation.incubators.incubator import Periods
from shared.contracts.base import Reason
from shared.problems.language import Text
from shared.problems.problems import FieldError

_MISSING = Text(zh="须填写此项得分。", en="This indicator needs a score.")
_UNKNOWN = Text(zh="没有此项指标。", en="There is no such indicator.")
_MORE = Text(zh="不能超过 {most} 分。", en="It has at most {most} points.")
_NOT_AT_WORK = Text(
    zh="孵化器在 {year} 年度未运行，不考核。",
    en="The incubator did not work in {year}: it is not assessed for that year.",
)
_FUTURE = Text(zh="{year} 年度尚未开始。", en="The year {year} has not begun.")


def faults_of(scores: Mapping[str, Decimal], policy: AssessmentPolicy, *, whole: bool) -> list[FieldError]:
    """What is wrong with scores: of a `whole` sheet every indicator has one."""
    points = {one.code: one.points for one in policy.indicators}
    faults = [FieldError(f"/scores/{code}", _UNKNOWN) for code in scores if code not in points]
    faults += [
        FieldError(f"/scores/{code}", _MORE, (("most", str(points[code])),))
        for code, score in scores.items()
        if code in points and score > points[code]
    ]
    if whole:
        faults += [FieldError(f"/scores/{code}", _MISSING) for code in points if code not in scores]
    return faults


def faults_of_year(year: int, this_year: int, periods: Periods) -> list[FieldError]:
    """A year is assessed once it has begun, and where the incubator worked in it."""
    if year > this_year:
        return [FieldError("/path/year", _FUTURE, (("year", year),))]
    if not periods.meet(date(year, 1, 1), date(year, 12, 31)):
        return [FieldError("/path/year", _NOT_AT_WORK, (("year", year),))]
    return []


def complete(
    scores: Mapping[str, Decimal], policy: AssessmentPolicy, policy_id: str, now: datetime
) -> tuple[str, str, Reason]:
    """The total, the grade, and why."""
    total = sum(scores.values(), Decimal(0)).quantize(Decimal("0.01"))
    grade = policy.grade_of(total)
    facts: dict[str, object] = {
        "total": str(total),
        "grades": {one.grade: str(one.at_least) for one in policy.grades},
        "policy": policy_id,
    }
    return str(total), grade, Reason(rule="H8", outcome=grade, facts=facts, as_of=now)
