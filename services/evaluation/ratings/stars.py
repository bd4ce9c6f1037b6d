"""Stars of everybody who is rated together: cut-offs, veto, one step a year, quotas with ties, laggards (D1, D2, D14).

Pure. Nothing here looks at an id, a name or an order: equal totals share one fate.
"""

from collections.abc import Iterable, Sequence
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
    held: int | None = None
    """The star that an earlier session decided: it keeps it, and its place of the quota."""


@dataclass(frozen=True, slots=True)
class Fall:
    """A star that was lost by its quota, and why."""

    star: int
    rank: int
    """Among those who compete for the star; equal totals have one rank."""
    competing: int
    seats: int
    """Of the quota, without those that earlier sessions gave."""
    rated: int
    tied: int = 0
    """How many have the same total at the edge, and fall together (D2); 0 where the total alone was too low."""


@dataclass(frozen=True, slots=True)
class Award:
    """A star, how it came down to that, and whether it is one of the laggards."""

    reached: int
    """By the total alone."""
    star: int
    stepped_down: bool = False
    """More than the steps of a year would have been needed."""
    falls: Sequence[Fall] = ()
    """By which quotas it fell, from the highest."""
    laggard: bool = False

    @property
    def fell(self) -> tuple[int, ...]:
        """The stars whose quota it fell by, from the highest."""
        return tuple(one.star for one in self.falls)


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


def waives_step(codes: Iterable[str], policy: RatingParameters) -> bool:
    """Whether one of the recorded bonus items lets it rise by more than the steps of a year."""
    return any(code in policy.step_up_waived_by for code in codes)


def award(rated: Sequence[Standing], policy: RatingParameters) -> list[Award]:
    """The stars of everybody who was rated together, in the order given; who is not rated is not in the list."""
    alone = [_award_alone(one, policy) for one in rated]
    stars = _apply_quotas(rated, alone, policy)
    return _mark_laggards([one.total for one in rated], stars, policy)


def _award_alone(one: Standing, policy: RatingParameters) -> Award:
    reached, _ = star_of(one.total, policy.cutoffs)
    if one.held is not None:
        return Award(reached, one.held)
    if one.vetoed:
        return Award(reached, 0)
    star = limit_step(reached, one.before, policy, waived=one.step_waived)
    ceiling = star if one.star_max is None else one.star_max
    return Award(reached, min(star, ceiling), stepped_down=star < reached)


def _apply_quotas(rated: Sequence[Standing], awards: Sequence[Award], policy: RatingParameters) -> list[Award]:
    """From the highest star down: who is beyond a star's quota falls to the next one, and competes there again."""
    found = list(awards)
    for star in sorted(policy.quota_max_bp, reverse=True):
        of_star = [at for at, one in enumerate(found) if one.star == star]
        competing = [at for at in of_star if rated[at].held is None]
        places = len(found) * policy.quota_max_bp[star] // _WHOLE - (len(of_star) - len(competing))
        places = max(places, 0)
        totals = sorted((rated[at].total for at in competing), reverse=True)
        if len(totals) <= places:
            continue
        edge = totals[places]
        shared = places > 0 and totals[places - 1] == edge
        tied = totals.count(edge) if shared else 0
        ranks: dict[Decimal, int] = {}
        for rank, total in enumerate(totals, 1):
            ranks.setdefault(total, rank)
        for at in competing:
            total = rated[at].total
            if total < edge or (total == edge and not (shared and policy.ties == "in")):
                at_edge = tied if total == edge else 0
                fall = Fall(star, ranks[total], len(totals), places, len(found), at_edge)
                found[at] = replace(found[at], star=star - 1, falls=(*found[at].falls, fall))
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
