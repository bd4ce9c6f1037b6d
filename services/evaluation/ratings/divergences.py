"""Where stages are further apart than the policy lets them be without a word. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations

from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import RatingParameters
from services.evaluation.ratings.rules import missing_indicators, rate
from services.evaluation.sheets.rules import Sheet

ORDER = ("self", "group", "first_check", "committee")
"""The stages as they follow each other."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two stages' totals, and whether the later one has said why it differs."""

    earlier: str
    later: str
    earlier_total: Decimal
    later_total: Decimal
    bound: Decimal
    word: str | None

    @property
    def apart(self) -> Decimal:
        """By how many points."""
        return abs(self.earlier_total - self.later_total)


def find_divergences(
    sheets: Mapping[str, Sheet],
    words: Mapping[str, str | None],
    policy: RatingParameters,
    system: ScoringSystem,
    not_for: frozenset[str],
    as_of: datetime,
) -> Sequence[Divergence]:
    """Every two stages that have all their scores and whose totals are more than the bound apart."""
    bound = policy.divergence_max
    if bound is None:
        return ()
    totals = {
        stage: rate(sheets[stage], policy, as_of, system=system, not_for=not_for).total
        for stage in ORDER
        if stage in sheets and not missing_indicators(system, sheets[stage].scores, not_for | sheets[stage].absent())
    }
    return [
        Divergence(earlier, later, totals[earlier], totals[later], bound, words.get(later))
        for earlier, later in combinations(totals, 2)
        if abs(totals[earlier] - totals[later]) > bound
    ]
