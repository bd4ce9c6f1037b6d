"""A mass satisfaction test in counts, and the points that the policy makes of them (D4). Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.evaluation.stage_policies import SatisfactionRules
from shared.contracts.base import Reason
from shared.problems.language import Text
from shared.problems.problems import FieldError

_WHOLE = 10_000
_HUNDREDTH = Decimal("0.01")
_MORE_THAN = Text(zh="不能多于“{of}”的 {most}。", en="Must not be more than {of}, {most}.")
_SUM = Text(
    zh="好、一般、差的合计 {sum} 与有效票 {valid} 不符。",
    en="good, fair and poor are {sum} in all, not valid, {valid}.",
)


_ASKED_TWICE = Text(zh="同一题目重复。", en="This question stands there twice.")
_MORE_ANSWERS = Text(
    zh="好、一般、差的合计 {sum} 多于有效票 {valid}。",
    en="good, fair and poor are {sum} in all, more than valid, {valid}.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the valid sheets answer to one question; some may leave it out."""

    question: str
    good: int
    fair: int
    poor: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Sheets sent out, returned, valid; and what the valid ones say."""

    sent: int
    returned: int
    valid: int
    good: int
    fair: int
    poor: int


def find_errors(counts: Counts, questions: Sequence[Asked] = ()) -> list[FieldError]:
    """What no test can have counted, in all and by question."""
    errors = [
        FieldError(f"/{name}", _MORE_THAN, (("of", of), ("most", most)))
        for name, count, of, most in (
            ("returned", counts.returned, "sent", counts.sent),
            ("valid", counts.valid, "returned", counts.returned),
        )
        if count > most
    ]
    total = counts.good + counts.fair + counts.poor
    if total != counts.valid:
        errors.append(FieldError("/valid", _SUM, (("sum", total), ("valid", counts.valid))))
    seen: set[str] = set()
    for place, one in enumerate(questions):
        if one.question in seen:
            errors.append(FieldError(f"/questions/{place}/question", _ASKED_TWICE))
        seen.add(one.question)
        answers = one.good + one.fair + one.poor
        if answers > counts.valid:
            facts = (("sum", answers), ("valid", counts.valid))
            errors.append(FieldError(f"/questions/{place}", _MORE_ANSWERS, facts))
    return errors


def work_out(counts: Counts, rules: SatisfactionRules | None, as_of: datetime) -> tuple[Decimal | None, Reason]:
    """The points out of the policy's, rounded half up to two decimals; None where it makes none of them, and why."""
    facts: dict[str, object] = asdict(counts)
    if rules is None:
        return None, Reason(rule="R-satisfaction", outcome="no_points", facts=facts, as_of=as_of)
    facts |= {"returned_min_bp": rules.returned_min_bp}
    if counts.valid == 0 or counts.returned * _WHOLE < rules.returned_min_bp * counts.sent:
        return None, Reason(rule="R-satisfaction", outcome="too_few", facts=facts, as_of=as_of)
    points = _mean(rules, counts)
    facts |= {"each": {name: str(getattr(rules, name)) for name in ("good", "fair", "poor")}, "points": str(points)}
    return points, Reason(rule="R-satisfaction", outcome="counted", facts=facts, as_of=as_of)


def points_of(asked: Asked, rules: SatisfactionRules | None) -> Decimal | None:
    """The points of one question's answers, as those of all; None where nobody answered it or the policy has none."""
    return None if rules is None or not asked.good + asked.fair + asked.poor else _mean(rules, asked)


def _mean(rules: SatisfactionRules, given: Counts | Asked) -> Decimal:
    earned = given.good * rules.good + given.fair * rules.fair + given.poor * rules.poor
    return (earned / (given.good + given.fair + given.poor)).quantize(_HUNDREDTH, ROUND_HALF_UP)
