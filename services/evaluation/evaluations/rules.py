"""From a score sheet to a star, with a reason for each step. Pure: policy, system and clock come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.evaluation.evaluations.sheets import Bonus, Sheet, Veto
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.policies import Cutoff, EvaluationParameters
from shared.contracts.base import Reason

HANDS_APART: Mapping[str, Sequence[str]] = {"self": ("committee",), "committee": ("self",), "completion": ("self",)}
"""Step → stages whose hand may not take it: nobody assesses himself and rates, in whichever order."""

STEPS = {
    "scoring": {"enrolled": "scoring", "scoring": "scoring"},
    "completion": {"enrolled": "completed", "scoring": "completed"},
    "withdrawal": {"enrolled": "withdrawn", "scoring": "withdrawn"},
}
"""Step → state before → state after; what is not here is not possible."""

HUNDREDTH = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rating:
    """What an evaluation came to."""

    total: Decimal
    star: int
    reasons: Sequence[Reason]


def earlier_hand(step: str, hands: Mapping[str, Collection[str | None]], actor: str) -> str | None:
    """The stage by which the actor is barred from a step; `hands` says who ever put which stage, replaced or not."""
    return next((stage for stage in HANDS_APART.get(step, ()) if actor in hands.get(stage, ())), None)


def missing_indicators(system: IndicatorSystem, scores: Mapping[str, Decimal]) -> list[str]:
    """Indicators without a score, in the order of the system. None of them counts as 0 by itself."""
    return [indicator.code for indicator in system.indicators() if indicator.code not in scores]


def rate(sheet: Sheet, policy: EvaluationParameters, as_of: datetime) -> Rating:
    """The total, rounded half up to two decimals, and the star (H19, decision 1)."""
    base = sum(sheet.scores.values(), NOTHING)
    counted, bonus_reason = _count_bonus(sheet.bonus, policy.bonus_cap, as_of)
    total, total_reason = _cap(base, counted, policy.total_cap, as_of)
    reached, cutoff = _star_of(total, policy.cutoffs)
    star = 0 if sheet.vetoes else reached
    reasons = [
        _reason("H16", "base", as_of, stage=policy.deciding_stage, indicators=len(sheet.scores), base=_show(base)),
        bonus_reason,
        total_reason,
        _veto_reason(sheet.vetoes, reached, as_of),
        _reason(
            "H19",
            f"star_{star}" if star else "no_star",
            as_of,
            total=_show(total),
            at_least=None if cutoff is None else str(cutoff.at_least),
            star_by_total=reached,
            star=star,
        ),
    ]
    return Rating(total, star, reasons)


def _count_bonus(bonus: Sequence[Bonus], cap: Decimal, as_of: datetime) -> tuple[Decimal, Reason]:
    claimed = sum((item.points for item in bonus), NOTHING)
    counted = min(claimed, cap)
    outcome = "no_bonus" if not bonus else "bonus_capped" if counted < claimed else "bonus_counted"
    facts = {"claimed": _show(claimed), "counted": _show(counted), "cap": str(cap), "items": len(bonus)}
    return counted, _reason("decision-1", outcome, as_of, **facts)


def _cap(base: Decimal, bonus: Decimal, cap: Decimal, as_of: datetime) -> tuple[Decimal, Reason]:
    total = min(base + bonus, cap).quantize(HUNDREDTH, ROUND_HALF_UP)
    outcome = "total_capped" if base + bonus > cap else "total"
    facts = {"sum": str(base + bonus), "cap": str(cap), "total": _show(total), "rounding": "half_up_two_decimals"}
    return total, _reason("decision-1", outcome, as_of, **facts)


def _star_of(total: Decimal, cutoffs: Sequence[Cutoff]) -> tuple[int, Cutoff | None]:
    """The highest star whose cut-off the total reaches; the cut-off itself is enough."""
    reached = [cutoff for cutoff in cutoffs if total >= cutoff.at_least]
    best = max(reached, key=lambda cutoff: cutoff.star, default=None)
    return (0, None) if best is None else (best.star, best)


def _veto_reason(vetoes: Sequence[Veto], reached: int, as_of: datetime) -> Reason:
    """Names the vetoes only: reasons travel to other services, the evidence stays in the evaluation's basis."""
    codes = sorted({veto.code for veto in vetoes})
    return _reason("decision-1", "veto" if codes else "no_veto", as_of, vetoes=codes, star_by_total=reached)


def _show(points: Decimal) -> str:
    return str(points.quantize(HUNDREDTH, ROUND_HALF_UP))


def _reason(rule: str, outcome: str, as_of: datetime, **facts: object) -> Reason:
    return Reason(rule=rule, outcome=outcome, facts=facts, as_of=as_of)
