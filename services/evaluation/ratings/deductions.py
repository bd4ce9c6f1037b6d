"""What a total loses for stages that were not submitted, with a reason for each. Pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from services.evaluation.deadlines.rules import Unsubmitted
from shared.contracts.base import Reason

_NOTHING = Decimal(0)


def deduct(total: Decimal, unsubmitted: Sequence[Unsubmitted], as_of: datetime) -> tuple[Decimal, list[Reason]]:
    """The total without the points that missing stages cost, never below zero; a stage that came late costs none."""
    reasons, left = [], total
    for one in unsubmitted:
        left = max(left - one.deducts, _NOTHING)
        outcome = "goes_on_without" if one.missing else "late"
        facts = one.to_json() | {"total": f"{left:.2f}"}
        reasons.append(Reason(rule="R-not-submitted", outcome=outcome, facts=facts, as_of=as_of))
    return left, reasons
