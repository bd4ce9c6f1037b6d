"""The ratings of everybody whom a session decides together, each with its reasons (D1, D2, D14). Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from services.evaluation.catalogues.rules import Recorded
from services.evaluation.deadlines.rules import Unsubmitted
from services.evaluation.indicator_systems.scoring import ScoringSystem
from services.evaluation.policies import RatingParameters
from services.evaluation.ratings.rules import NOTHING_RECORDED, Rating, rate
from services.evaluation.ratings.stars import Award, Fall, Standing, award, waives_step
from services.evaluation.sheets.rules import Sheet
from shared.contracts.base import Reason


@dataclass(frozen=True, slots=True)
class Candidate:
    """One whom the session decides: the deciding stage's sheet, and what it is rated by.

    `recorded`: its bonuses and vetoes by the cycle's catalogue; `unsubmitted`: stages that it goes on without.
    """

    sheet: Sheet
    system: ScoringSystem
    not_for: frozenset[str] = frozenset()
    before: int | None = None
    recorded: Recorded = NOTHING_RECORDED
    unsubmitted: Sequence[Unsubmitted] = ()

    def standing(self, total: Decimal, policy: RatingParameters) -> Standing:
        """Where it stands among the others with its total: a veto of the sheet or of the catalogue bars it."""
        ceilings = [veto.star_max for veto in self.recorded.vetoes]
        vetoed = bool(self.sheet.vetoes) or 0 in ceilings
        waived = waives_step([item.code for item in self.recorded.bonuses], policy)
        return Standing(
            total, vetoed=vetoed, star_max=min(ceilings, default=None), before=self.before, step_waived=waived
        )


@dataclass(frozen=True, slots=True)
class Held:
    """One of the same scope whom an earlier session decided."""

    total: Decimal
    star: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A rating that holds among all who are rated together."""

    rating: Rating
    fell: Sequence[int]
    laggard: bool


def decide_together(
    candidates: Sequence[Candidate],
    held: Sequence[Held],
    policy: RatingParameters,
    as_of: datetime,
    *,
    scope: str,
) -> list[Decided]:
    """What the candidates get, in the order given. Who was decided earlier counts, and keeps its star and its place."""
    alone = [
        rate(
            one.sheet,
            policy,
            as_of,
            system=one.system,
            not_for=one.not_for,
            before=one.before,
            recorded=one.recorded,
            unsubmitted=one.unsubmitted,
        )
        for one in candidates
    ]
    standings = [
        *(one.standing(rating.total, policy) for one, rating in zip(candidates, alone, strict=True)),
        *(Standing(one.total, held=one.star) for one in held),
    ]
    by_total = sorted(-one.total for one in standings)
    return [
        _decided(rating, found, policy, scope, len(standings), 1 + bisect_left(by_total, -rating.total), as_of)
        for rating, found in zip(alone, award(standings, policy), strict=False)
    ]


def _decided(
    rating: Rating, found: Award, policy: RatingParameters, scope: str, rated: int, rank: int, as_of: datetime
) -> Decided:
    *before, last = rating.reasons
    together = _reason("R-quota", "rated_together", as_of, scope=scope, rated=rated, rank=rank)
    falls = [_fall_reason(one, policy, as_of) for one in found.falls]
    laggard = [_reason("R-laggard", "laggard", as_of, rank=rank, rated=rated, least_bp=policy.laggards_min_bp)]
    final = last.model_copy(
        update={
            "outcome": f"star_{found.star}" if found.star else "no_star",
            "facts": {**last.facts, "star": found.star},
        }
    )
    reasons = [*before, together, *falls, *(laggard if found.laggard else ()), final]
    return Decided(Rating(rating.total, found.star, reasons), found.fell, found.laggard)


def _fall_reason(fall: Fall, policy: RatingParameters, as_of: datetime) -> Reason:
    """R-quota where the rank was too low, R-tie where it was as good as another's and all of them fall."""
    return _reason(
        "R-tie" if fall.tied else "R-quota",
        "fell_in_a_tie" if fall.tied else "fell_by_the_quota",
        as_of,
        star=fall.star,
        rank=fall.rank,
        competing=fall.competing,
        seats=fall.seats,
        rated=fall.rated,
        quota_bp=policy.quota_max_bp[fall.star],
        **({"tied": fall.tied, "ties": policy.ties} if fall.tied else {}),
    )


def _reason(rule: str, outcome: str, as_of: datetime, **facts: object) -> Reason:
    return Reason(rule=rule, outcome=outcome, facts=facts, as_of=as_of)
