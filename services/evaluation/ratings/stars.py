"""Stars of everybody who is rated together: cut-offs, veto, one step a year, quotas with ties, laggards (D1, D2, D14).

Pure. Nothing here looks at an id, a name or an order: equal totals share one fate.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.evaluation.policies import Cutoff, RatingParameters

_WHOLE = 10_000
"""Basis points of everybody."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One of those rated together. `before` is the star of its last rating: None where it never was rated."""

    total: Decimal
    vetoed: bool = False
    star_max: int | None = None
    """The lowest ceiling among the vetoes of its catalogue; None without one."""
    before: int | None = None
    step_waived: bool = False


@dataclass(frozen=True, slots=True)
class Award:
    """A star, how it came down to that, and whether it is one of the laggards."""

    reached: int
    """By the total alone."""
    star: int
    stepped_down: bool = False
    """More than the steps of a year would have been needed."""
    fell: Sequence[int] = ()
    """The stars whose quota it fell by, from the highest."""
    laggard: bool = False


def star_of(total: Decimal, cutoffs: Sequence[Cutoff]) -> tuple[int, Cutoff | None]:
    """The highest star whose cut-off the total reaches; the cut-off itself is enough."""
    reached = [cutoff for cutoff in cutoffs if total >= cutoff.at_least]
    best = max(reached, key=lambda cutoff: cutoff.star, default=None)
    return (0, None) if best is None else (best.star, best)


def limit_step(star: int, before: int | None, policy: RatingParameters, *, waived: bool) -> int:
    """At most `step_up_max` stars above the last rating. Who was never rated is not at zero, and is not held back."""
    if policy.step_up_max is None or before is None or waived:
        return star
    return min(star, before + policy.step_up_max)


def award(rated: Sequence[Standing], policy: RatingParameters) -> list[Award]:
    """The stars of everybody who was rated together, in the order given; who is not rated is not in the list."""
    alone = [_award_alone(one, policy) for one in rated]
    stars = _apply_quotas([one.total for one in rated], alone, policy)
    return _mark_laggards([one.total for one in rated], stars, policy)


def _award_alone(one: Standing, policy: RatingParameters) -> Award:
    reached, _ = star_of(one.total, policy.cutoffs)
    if one.vetoed:
        return Award(reached, 0)
    star = limit_step(reached, one.before, policy, waived=one.step_waived)
    ceiling = star if one.star_max is None else one.star_max
    return Award(reached, min(star, ceiling), stepped_down=star < reached)


def _apply_quotas(totals: Sequence[Decimal], awards: Sequence[Award], policy: RatingParameters) -> list[Award]:
    """From the highest star down: who is beyond a star's quota falls to the next one, and competes there again."""
    found = list(awards)
    for star in sorted(policy.quota_max_bp, reverse=True):
        places = len(found) * policy.quota_max_bp[star] // _WHOLE
        holders = sorted((totals[at] for at, one in enumerate(found) if one.star == star), reverse=True)
        if len(holders) <= places:
            continue
        edge = holders[places]
        shared = places > 0 and holders[places - 1] == edge
        for at, one in enumerate(found):
            beyond = totals[at] < edge or (totals[at] == edge and not (shared and policy.ties == "in"))
            if one.star == star and beyond:
                found[at] = replace(one, star=star - 1, fell=(*one.fell, star))
    return found


def _mark_laggards(totals: Sequence[Decimal], awards: Sequence[Award], policy: RatingParameters) -> list[Award]:
    """Who has no star, and at least the policy's share from the lowest total up; equal totals are marked together."""
    least = -(-len(awards) * policy.laggards_min_bp // _WHOLE)
    by_rank = sorted((one.star > 0, total) for total, one in zip(totals, awards, strict=True))
    edge = by_rank[least - 1] if least else None
    return [
        replace(one, laggard=one.star == 0 or (edge is not None and (one.star > 0, total) <= edge))
        for total, one in zip(totals, awards, strict=True)
    ]
