"""A mass satisfaction test in counts, and the points that the policy makes of them (D4). Pure."""

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


@dataclass(frozen=True, slots=True)
class Counts:
    """Sheets sent out, returned, valid; and what the valid ones say."""

    sent: int
    returned: int
    valid: int
    good: int
    fair: int
    poor: int


def find_errors(counts: Counts) -> list[FieldError]:
    """What no test can have counted."""
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
    return errors


def work_out(counts: Counts, rules: SatisfactionRules | None, as_of: datetime) -> tuple[Decimal | None, Reason]:
    """The points out of the policy's, rounded half up to two decimals; None where it makes none of them, and why."""
    facts: dict[str, object] = asdict(counts)
    if rules is None:
        return None, Reason(rule="R-satisfaction", outcome="no_points", facts=facts, as_of=as_of)
    facts |= {"returned_min_bp": rules.returned_min_bp}
    if counts.valid == 0 or counts.returned * _WHOLE < rules.returned_min_bp * counts.sent:
        return None, Reason(rule="R-satisfaction", outcome="too_few", facts=facts, as_of=as_of)
    earned = counts.good * rules.good + counts.fair * rules.fair + counts.poor * rules.poor
    points = (earned / counts.valid).quantize(_HUNDREDTH, ROUND_HALF_UP)
    facts |= {"each": {name: str(getattr(rules, name)) for name in ("good", "fair", "poor")}, "points": str(points)}
    return points, Reason(rule="R-satisfaction", outcome="counted", facts=facts, as_of=as_of)
