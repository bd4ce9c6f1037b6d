"""Invented organizations on a map of metres, and what must hold of any plan, written a second time and plainly."""

import math
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from uuid import UUID

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy
from services.incubation.joint_plans.search.draft import Aims
from services.incubation.joint_plans.search.planning import JointPlanDraft, propose_joint_branches
from services.incubation.joint_plans.search.reasons import explain
from services.incubation.joint_plans.search.solving.clock import Clock

POLICY = JointPolicy(min_full_members=3, max_units=5, neighbour_distance_m=2000)
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180


def org(
    number: int,
    members: int = 1,
    at: tuple[float, float] | None = None,
    *,
    street: str | None = None,
    carrier: str | None = None,
) -> Candidate:
    """An organization at `at` metres east and north of a point on the equator, where a degree is as long both ways."""
    lon, lat = (120 + at[0] / METRES_PER_DEGREE, at[1] / METRES_PER_DEGREE) if at else (None, None)
    return Candidate(UUID(int=number), f"{number:018d}", members, street, carrier, lon, lat)


def row(*members: int, step: float = 1500) -> list[Candidate]:
    """Organizations in a row: by default each is a neighbour of the next one only."""
    return [org(i, count, (i * step, 0)) for i, count in enumerate(members)]


def compatible(one: Candidate, other: Candidate, policy: JointPolicy) -> bool:
    """The definition, written a second time and plainly."""
    same_street = one.street is not None and one.street == other.street
    if one.carrier and one.carrier == other.carrier and (same_street or not one.street or not other.street):
        return True
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return same_street
    a, b = math.radians(one.lat), math.radians(other.lat)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h)) <= policy.neighbour_distance_m


def metres(one: Candidate, other: Candidate) -> float:
    """Between the two; 0 where a location is missing."""
    if None in (one.lon, one.lat, other.lon, other.lat):
        return 0
    a, b = math.radians(one.lat or 0), math.radians(other.lat or 0)
    h = math.sin((b - a) / 2) ** 2
    h += math.cos(a) * math.cos(b) * math.sin(math.radians((other.lon or 0) - (one.lon or 0)) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


def same_carrier(one: Candidate, other: Candidate) -> bool:
    """One building, on one street as far as that is known."""
    return (
        bool(one.carrier)
        and one.carrier == other.carrier
        and (one.street == other.street or not one.street or not other.street)
    )


def members(units: Sequence[Candidate]) -> int:
    """Full and probationary ones; where nothing is known of the latter, as many as are counted."""
    return sum(one.full_members if one.total_members is None else one.total_members for one in units)


def best_aims(candidates: Sequence[Candidate], policy: JointPolicy) -> Aims:
    """The best that any plan reaches of the four aims in their order, by trying everything."""
    groups = []
    for size in range(2, policy.max_units + 1):
        for group in combinations(range(len(candidates)), size):
            units = [candidates[i] for i in group]
            if sum(one.full_members for one in units) < policy.min_full_members:
                continue
            if not policy.holds(members(units)):
                continue
            if not all(compatible(one, other, policy) for one, other in combinations(units, 2)):
                continue
            together = sum(any(same_carrier(one, other) for other in units if other is not one) for one in units)
            star = min(sum(round(10 * metres(one, other)) for other in units) for one in units)
            groups.append((sum(1 << i for i in group), (-size, -together, 1, star)))

    @cache
    def best(left: int) -> tuple[int, int, int, int]:
        if not left:
            return 0, 0, 0, 0
        first = left & -left
        found = best(left & ~first)
        for mask, (covered, together, created, star) in groups:
            if mask & first and mask & left == mask:
                rest = best(left & ~mask)
                found = min(found, (covered + rest[0], together + rest[1], created + rest[2], star + rest[3]))
        return found

    covered, together, created, star = best((1 << len(candidates)) - 1)
    return Aims(-covered, -together, created, star)


def check(candidates: Sequence[Candidate], policy: JointPolicy, *, clock: Clock | None = None) -> JointPlanDraft:
    """The plan, after everything that must hold of any plan was seen to hold."""
    plan = propose_joint_branches(candidates, policy, clock=clock)
    placed = [one for proposal in plan.proposals for one in proposal.organizations]
    for proposal in plan.proposals:
        assert 2 <= len(proposal.organizations) <= policy.max_units
        assert proposal.full_members == sum(one.full_members for one in proposal.organizations)
        assert proposal.full_members >= policy.min_full_members
        assert policy.holds(members(proposal.organizations))
        assert all(compatible(a, b, policy) for a, b in combinations(proposal.organizations, 2))
        assert explain(proposal.why, "zh")
        assert explain(proposal.why, "en")
    for left in plan.unplaced:
        assert explain(left.why, "zh")
        assert explain(left.why, "en")
    assert sorted([one.id for one in placed] + [one.id for one in plan.unplaced]) == sorted(
        one.id for one in candidates
    )
    assert plan.covered == len(placed) <= plan.upper_bound
    assert len({one.id for one in placed}) == len(placed), "nobody twice"
    assert plan.reached.created == len(plan.proposals)
    assert plan.reached.together <= plan.bound.together
    assert plan.reached.created >= plan.bound.created
    assert plan.reached.distance >= plan.bound.distance
    return plan


def groups(plan: JointPlanDraft) -> list[list[int]]:
    return [[one.id.int for one in proposal.organizations] for proposal in plan.proposals]


def covered(candidates: list[Candidate]) -> int:
    """How many organizations their plan covers."""
    return propose_joint_branches(candidates, POLICY).covered
