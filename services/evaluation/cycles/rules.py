"""What a cycle may do, and what it needs before it can. Pure."""

from collections.abc import Collection
from datetime import date

from services.evaluation.policies import EvaluationParameters
from shared.field import divisions
from shared.field.errors import FieldError as BrokenValue
from shared.problems.field_sentences import field_error
from shared.problems.problems import FieldError

STEPS = {"opening": {"draft": "open"}, "closing": {"open": "closed"}}
"""Step → state before → state after; what is not here is not possible."""


def rated_on(year: int) -> date:
    """The day whose rules and divisions a year's round goes by."""
    return date(year, 12, 31)


def find_errors(year: int, division: str) -> list[FieldError]:
    """A round belongs to a division of its year."""
    try:
        divisions.check_division(division.ljust(6, "0"), rated_on(year))
    except BrokenValue as broken:
        return [field_error("/division", broken)]
    return []


def missing_types(policy: EvaluationParameters, known: Collection[str]) -> list[str]:
    """Types that the policy hands out and that no system rates."""
    return sorted({*policy.default_types.values(), policy.fallback_type} - set(known))
