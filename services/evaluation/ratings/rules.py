"""From a score sheet to a star, with a reason for each step. Pure: policy, system and time are passed in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from services.evaluation.catalogues.rules import Barring, Recorded
from services.evaluation.deadlines.rules import Unsubmitted
from services.evaluation.indicator_systems.scoring import Base, ScoringSystem, scale
from services.evaluation.policies import RatingParameters
from services.evaluation.ratings.deductions import deduct
from services.evaluation.ratings.stars import limit_step, star_of, waives_step
from services.evaluation.sheets.rules import Bonus, Sheet, Veto
from shared.contracts.base import Reason

HUNDREDTH = Decimal("0.01")
MILLIONTH = Decimal("0.000001")
NOTHING = Decimal(0)
NOTHING_RECORDED = Recorded()


@dataclass(frozen=True, slots=True)
class Rating:
    """The outcome of an evaluation."""

    total: Decimal
    star: int
    reasons: Sequence[Reason]


def missing_indicators(
    system: ScoringSystem, scores: Mapping[str, Decimal], left_out: Collection[str] = ()
) -> list[str]:
    """Indicators without a score, in the order of the system. None of them counts as 0 by itself."""
    return [one.code for one in system.indicators() if one.code not in scores and one.code not in left_out]


def rate(
    sheet: Sheet,
    policy: RatingParameters,
    as_of: datetime,
    *,
    system: ScoringSystem | None = None,
    not_for: frozenset[str] = frozenset(),
    before: int | None = None,
    recorded: Recorded = NOTHING_RECORDED,
    unsubmitted: Sequence[Unsubmitted] = (),
) -> Rating:
    """The total, rounded half up to two decimals, and the star (H19, decision 1).

    What does not apply, by `not_for` or by the sheet's facts, is taken out of the system, and the rest is scaled.
    `before`: the star of the last rating, None where there was none. `recorded`: by the cycle's catalogue, beside what
    the sheet gives; a veto of either leaves no star, whatever else there is.
    `unsubmitted`: stages that it goes on without, or that came late.
    """
    base = sum(sheet.scores.values(), NOTHING)
    left_out = not_for | sheet.absent()
    scaled: list[Reason] = []
    if system is not None and left_out:
        found = scale(system.points(), sheet.scores, left_out)
        base = found.points.quantize(MILLIONTH, ROUND_HALF_UP)  # a quotient may have no end
        scaled = [_scaled_reason(found, not_for, sheet.absent(), as_of)]
    counted_in = sum(code not in left_out for code in sheet.scores)
    counted, bonus_reason = _count_bonus(sheet.bonus, recorded, policy.bonus_cap, as_of)
    total, total_reason = _cap(base, counted, policy.total_cap, as_of)
    total, deducted = deduct(total, unsubmitted, as_of)
    reached, cutoff = star_of(total, policy.cutoffs)
    held = limit_step(reached, before, policy, waived=False)
    waived = held < reached and waives_step([item.code for item in recorded.bonuses], policy)
    stepped = reached if waived else held
    ceiling = min((veto.star_max for veto in recorded.vetoes), default=stepped)
    star = 0 if sheet.vetoes else min(stepped, ceiling)
    reasons = [
        *scaled,
        _reason("H16", "base", as_of, stage=policy.deciding_stage, indicators=counted_in, base=_show(base)),
        bonus_reason,
        total_reason,
        *deducted,
        _veto_reason(sheet.vetoes, recorded.vetoes, reached, as_of),
        *([_step_reason(reached, held, before, policy, recorded, as_of)] if held < reached else []),
        *_ceiling_reasons(recorded.vetoes, stepped, as_of),
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


def _scaled_reason(base: Base, not_for: frozenset[str], absent: frozenset[str], as_of: datetime) -> Reason:
    figures = {"earned": _show(base.earned), "of": _show(base.of), "full": _show(base.full), "base": _show(base.points)}
    return _reason("H14", "scaled", as_of, not_for_them=sorted(not_for), absent=sorted(absent), **figures)


def _count_bonus(bonus: Sequence[Bonus], recorded: Recorded, cap: Decimal, as_of: datetime) -> tuple[Decimal, Reason]:
    points = [item.points for item in bonus] + [item.points for item in recorded.bonuses]
    claimed = sum(points, NOTHING)
    counted = min(claimed, cap)
    outcome = "no_bonus" if not points else "bonus_capped" if counted < claimed else "bonus_counted"
    facts = {"claimed": _show(claimed), "counted": _show(counted), "cap": str(cap), "items": len(points)}
    codes = {"codes": [item.code for item in recorded.bonuses]} if recorded.bonuses else {}
    return counted, _reason("R-rating", outcome, as_of, **facts, **codes)


def _cap(base: Decimal, bonus: Decimal, cap: Decimal, as_of: datetime) -> tuple[Decimal, Reason]:
    total = min(base + bonus, cap).quantize(HUNDREDTH, ROUND_HALF_UP)
    outcome = "total_capped" if base + bonus > cap else "total"
    facts = {"sum": str(base + bonus), "cap": str(cap), "total": _show(total), "rounding": "half_up_two_decimals"}
    return total, _reason("R-rating", outcome, as_of, **facts)


def _veto_reason(vetoes: Sequence[Veto], recorded: Sequence[Barring], reached: int, as_of: datetime) -> Reason:
    """Names the vetoes only: reasons travel to other services, the evidence stays in the evaluation's basis."""
    codes = sorted({veto.code for veto in vetoes} | {veto.code for veto in recorded if veto.star_max == 0})
    return _reason("R-rating", "veto" if codes else "no_veto", as_of, vetoes=codes, star_by_total=reached)


def _ceiling_reasons(recorded: Sequence[Barring], stepped: int, as_of: datetime) -> list[Reason]:
    ceilings = [veto for veto in recorded if veto.star_max > 0]
    if not ceilings:
        return []
    least = min(veto.star_max for veto in ceilings)
    codes = sorted({veto.code for veto in ceilings})
    outcome = "ceiling" if least < stepped else "ceiling_not_reached"
    return [_reason("R-rating", outcome, as_of, codes=codes, star_max=least, star_by_total=stepped)]


def _step_reason(
    reached: int, held: int, before: int | None, policy: RatingParameters, recorded: Recorded, as_of: datetime
) -> Reason:
    facts = {"star_by_total": reached, "star_before": before, "step_up_max": policy.step_up_max}
    codes = [item.code for item in recorded.bonuses if item.code in policy.step_up_waived_by]
    if codes:
        return _reason("R-rating", "step_waived", as_of, **facts, codes=codes, star=reached)
    return _reason("R-rating", "one_step_a_year", as_of, **facts, star=held)


def _show(points: Decimal) -> str:
    return str(points.quantize(HUNDREDTH, ROUND_HALF_UP))


def _reason(rule: str, outcome: str, as_of: datetime, **facts: object) -> Reason:
    return Reason(rule=rule, outcome=outcome, facts=facts, as_of=as_of)
