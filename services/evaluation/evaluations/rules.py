"""From a score sheet to a star, with a reason for each step. Pure: policy, system and time are passed in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from uuid import UUID

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.evaluations.sheets import Bonus, Sheet, Veto
from services.evaluation.indicator_systems.rules import ScoringSystem
from services.evaluation.policies import Cutoff, RatingParameters
from shared.contracts.base import Form, PartyOrganizationKind, Reason
from shared.problems.duties import ConflictOfInterest, SameHand, same_person
from shared.problems.problems import Problem
from shared.problems.transitions import Transitions, move

State = Literal["enrolled", "scoring", "completed", "withdrawn"]
Step = Literal["scoring", "completion", "withdrawal"]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "evaluation",
    {
        ("enrolled", "scoring"): "scoring",
        ("scoring", "scoring"): "scoring",
        ("enrolled", "completion"): "completed",
        ("scoring", "completion"): "completed",
        ("enrolled", "withdrawal"): "withdrawn",
        ("scoring", "withdrawal"): "withdrawn",
    },
)
"""Every move that an evaluation can make; any other is refused and changes nothing."""

HANDS_APART: Mapping[str, Sequence[str]] = {"self": ("committee",), "committee": ("self",), "completion": ("self",)}
"""Step → stages whose actor may not take it: nobody both self-assesses and rates, in whichever order."""

RATING_STEPS = ("self", "group", "committee", "completion")
"""What raters do with an evaluation: each stage's sheet, then the completion."""
HUNDREDTH = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation that is to take a step, with its cycle's state and the rules that the cycle froze."""

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    party_organization_kind: PartyOrganizationKind
    form: Form
    division: str
    type: str
    state: State
    reasons: Sequence[Reason]
    sequence: int
    version: int
    cycle_state: str
    opened_by: str | None
    policy: FrozenPolicy
    system: ScoringSystem


@dataclass(frozen=True, slots=True)
class Rating:
    """The outcome of an evaluation."""

    total: Decimal
    star: int
    reasons: Sequence[Reason]


def check_step(evaluation: Evaluation, step: Step) -> State:
    """The state after a step. Raises IllegalTransition (409), CycleNotOpen (409)."""
    state = move(TRANSITIONS, evaluation.state, step)
    if evaluation.cycle_state != "open":
        raise CycleNotOpen(state=evaluation.cycle_state, cycle_id=str(evaluation.cycle_id))
    return state


def earlier_hand(
    step: str,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
) -> str | None:
    """What the actor did before that bars them from a step: a stage that they ever put, replaced or not, or `opening`.

    A step is a stage, or `completion`. Of the duties that the cycle's policy separates, nobody takes two: who opened
    the cycle neither rates nor completes, who scored does not complete. Self-assessment is no rating.
    """
    duty = {"self": "self", "completion": "completion"}.get(step, "rating")
    if {"opening", duty} <= {*separate_duties} and same_person(opened_by, actor):
        return "opening"
    barring = [*HANDS_APART.get(step, ())]
    if duty == "completion" and {"rating", "completion"} <= {*separate_duties}:
        barring = [*hands]
    return next((stage for stage in barring if any(same_person(one, actor) for one in hands.get(stage, ()))), None)


def next_steps(
    state: State,
    cycle: CycleNotOpen | None,
    hands: Mapping[str, Collection[str | None]],
    actor: str,
    *,
    interested: bool,
    opened_by: str | None = None,
    separate_duties: Collection[str] = (),
) -> list[tuple[str, Problem | None]]:
    """Each stage's scoring and the completion, where the state allows them, with what bars the actor from it.

    `cycle` is what bars everybody, `interested` whether the actor declared an interest.
    """
    if (state, "completion") not in TRANSITIONS:
        return []

    def bar(step: str) -> Problem | None:
        if interested and step != "self":
            return ConflictOfInterest()
        earlier = earlier_hand(step, hands, actor, opened_by=opened_by, separate_duties=separate_duties)
        return None if earlier is None else SameHand(what="evaluation", earlier=earlier, step=step)

    return [(step, cycle or bar(step)) for step in RATING_STEPS]


def missing_indicators(system: ScoringSystem, scores: Mapping[str, Decimal]) -> list[str]:
    """Indicators without a score, in the order of the system. None of them counts as 0 by itself."""
    return [indicator.code for indicator in system.indicators() if indicator.code not in scores]


def rate(sheet: Sheet, policy: RatingParameters, as_of: datetime) -> Rating:
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
    return counted, _reason("R-rating", outcome, as_of, **facts)


def _cap(base: Decimal, bonus: Decimal, cap: Decimal, as_of: datetime) -> tuple[Decimal, Reason]:
    total = min(base + bonus, cap).quantize(HUNDREDTH, ROUND_HALF_UP)
    outcome = "total_capped" if base + bonus > cap else "total"
    facts = {"sum": str(base + bonus), "cap": str(cap), "total": _show(total), "rounding": "half_up_two_decimals"}
    return total, _reason("R-rating", outcome, as_of, **facts)


def _star_of(total: Decimal, cutoffs: Sequence[Cutoff]) -> tuple[int, Cutoff | None]:
    """The highest star whose cut-off the total reaches; the cut-off itself is enough."""
    reached = [cutoff for cutoff in cutoffs if total >= cutoff.at_least]
    best = max(reached, key=lambda cutoff: cutoff.star, default=None)
    return (0, None) if best is None else (best.star, best)


def _veto_reason(vetoes: Sequence[Veto], reached: int, as_of: datetime) -> Reason:
    """Names the vetoes only: reasons travel to other services, the evidence stays in the evaluation's basis."""
    codes = sorted({veto.code for veto in vetoes})
    return _reason("R-rating", "veto" if codes else "no_veto", as_of, vetoes=codes, star_by_total=reached)


def _show(points: Decimal) -> str:
    return str(points.quantize(HUNDREDTH, ROUND_HALF_UP))


def _reason(rule: str, outcome: str, as_of: datetime, **facts: object) -> Reason:
    return Reason(rule=rule, outcome=outcome, facts=facts, as_of=as_of)
