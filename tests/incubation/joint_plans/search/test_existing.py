"""S13: the search with branches that exist, and with sectors, against trying everything."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.incubation.joint_plans.search.candidates import Candidate, Existing, JointPolicy
from services.incubation.joint_plans.search.draft import Aims
from services.incubation.joint_plans.search.planning import propose_joint_branches
from tests.incubation.joint_plans.search.helpers import compatible, metres, org, same_carrier

POLICY = JointPolicy(3, 4, 2000, max_members=12, other_sector_m=300)


def apart(one: Candidate, other: Candidate) -> int:
    sectors = {one.sector, other.sector} - {None}
    return round(10 * (metres(one, other) + (POLICY.other_sector_m if len(sectors) > 1 else 0)))


def nearest_to_all(units: Sequence[Candidate]) -> Candidate:
    def total(one: Candidate) -> float:
        known = [other for other in units if None not in (other.lon, other.lat)]
        return float("inf") if one.lon is None else sum(metres(one, other) for other in known)

    ordered = sorted(units, key=lambda one: (one.uscc, one.id.int))
    return min(ordered, key=lambda one: (total(one), ordered.index(one)))


def possible(candidates: Sequence[Candidate], old: Existing | None) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
    """Every branch that may be formed, or every group that may join an old one: who is in it, and its aims."""
    before = () if old is None else old.units
    for size in range(1 if old else 2, POLICY.max_units - len(before) + 1):
        for group in combinations(range(len(candidates)), size):
            new = [candidates[i] for i in group]
            units = [*before, *new]
            pairs = [pair for pair in combinations(units, 2) if not {*pair} <= {*before}]
            if (
                (old is None and sum(one.full_members for one in new) < POLICY.min_full_members)
                or not POLICY.holds(sum(one.full_members for one in units))
                or not all(compatible(one, other, POLICY) for one, other in pairs)
            ):
                continue
            together = sum(any(same_carrier(one, other) for other in units if other is not one) for one in new)
            centres = [nearest_to_all(before)] if before else new
            star = min(sum(apart(centre, one) for one in new if one is not centre) for centre in centres)
            yield sum(1 << i for i in group), (-size, -together, int(old is None), star)


def best_aims(candidates: Sequence[Candidate], existing: Sequence[Existing]) -> Aims:
    """The best of the four aims in their order, by trying everything."""
    found = [
        (mask, branch, aims) for branch, old in enumerate([None, *existing]) for mask, aims in possible(candidates, old)
    ]

    @cache
    def best(left: int, taken: frozenset[int]) -> tuple[int, int, int, int]:
        if not left:
            return 0, 0, 0, 0
        first = left & -left
        value = best(left & ~first, taken)
        for mask, branch, aims in found:
            if mask & first and mask & left == mask and branch not in taken:
                rest = best(left & ~mask, taken | {branch} if branch else taken)
                value = min(value, tuple(a + b for a, b in zip(aims, rest, strict=True)))  # type: ignore[assignment]
        return value

    covered, together, created, star = best((1 << len(candidates)) - 1, frozenset())
    return Aims(-covered, -together, created, star)


def sector_of(number: int) -> str | None:
    return (None, "foundation", "social_group")[number % 3]


def unit(number: int, members: int, at: int, carrier: str | None, sector: int) -> Candidate:
    made = org(number, members, (at * 700.0, 0.0), carrier=carrier)
    return Candidate(
        made.id, made.uscc, members, None, carrier, made.lon, made.lat, total_members=members, sector=sector_of(sector)
    )


rows = st.tuples(st.integers(1, 3), st.integers(0, 5), st.sampled_from([None, None, "A"]), st.integers(0, 2))
many = st.lists(rows, max_size=7)
branches = st.lists(st.lists(rows, min_size=1, max_size=3), max_size=2)


@settings(max_examples=80, deadline=None)
@given(many, branches)
def test_s13_small_cases_with_branches_and_sectors_reach_the_optimum(
    new: list[object], old: list[list[object]]
) -> None:
    candidates = [unit(number, *row) for number, row in enumerate(new)]  # type: ignore[misc]
    existing = [
        Existing(UUID(int=1000 + n), tuple(unit(100 * (n + 1) + k, *row) for k, row in enumerate(group)))  # type: ignore[misc]
        for n, group in enumerate(old)
    ]
    plan = propose_joint_branches(candidates, POLICY, existing=existing)
    assert plan.reached == plan.bound == best_aims(candidates, existing)
    into = [one.existing for one in plan.proposals if one.existing]
    assert len(set(into)) == len(into), "one proposal for each branch"
    assert plan.reached.created == len(plan.proposals) - len(into)


@pytest.mark.parametrize(("metres_apart", "together"), [(200, [[0, 2], [1, 3]]), (400, [[0, 1], [2, 3]])])
def test_s13_sector__goes_before_short_distances_up_to_the_policy_s_metres(
    metres_apart: int, together: list[list[int]]
) -> None:
    """Two spots with one of each sector: the partners of the own sector are preferred where they are near enough."""
    spots = [0, 0, metres_apart, metres_apart]
    four = [
        Candidate(UUID(int=n), f"{n:018d}", 2, lon=120 + at / 111_195, lat=0.0, sector=sector_of(1 + n % 2))
        for n, at in enumerate(spots)
    ]
    plan = propose_joint_branches(four, JointPolicy(3, 2, 2000, other_sector_m=300))
    assert [[one.id.int for one in proposal.organizations] for proposal in plan.proposals] == together


def test_s13_fixed__groups_join_their_branch_and_those_of_one_stay_out() -> None:
    """Nobody else joins a branch that people filled; a group whose branch is gone is free."""
    new = [unit(number, 2, 0, "A", 0) for number in range(4)]
    old = Existing(UUID(int=1000), (unit(100, 1, 0, "A", 0),))
    fixed = [[new[0].id, old.id], [new[1].id]]
    plan = propose_joint_branches(new, POLICY, existing=[old], fixed=fixed)
    shown = [([one.id.int for one in row.organizations], row.existing, row.fixed) for row in plan.proposals]
    assert shown == [([0], old.id, True), ([2, 3], None, False)]
    assert [(one.id.int, one.why.code) for one in plan.unplaced] == [(1, "set_aside")]
    assert (plan.covered, plan.upper_bound, plan.reached.created, plan.bound.created) == (3, 3, 1, 1)
    gone = propose_joint_branches(new, POLICY, fixed=fixed)
    assert [(len(one.organizations), one.fixed) for one in gone.proposals] == [(3, False)]
    full = Existing(old.id, tuple(unit(100 + n, 1, 0, "A", 0) for n in range(4)))
    crowded = propose_joint_branches(new, POLICY, existing=[full], fixed=fixed)
    assert [(one.existing, one.fixed) for one in crowded.proposals] == [(None, False)]


@settings(max_examples=40, deadline=None)
@given(many, branches, st.randoms(use_true_random=False))
def test_s13_fixed__what_a_plan_proposed_stays_when_people_fix_it(
    new: list[object], old: list[list[object]], random: Random
) -> None:
    candidates = [unit(number, *row) for number, row in enumerate(new)]  # type: ignore[misc]
    existing = [
        Existing(UUID(int=1000 + n), tuple(unit(100 * (n + 1) + k, *row) for k, row in enumerate(group)))  # type: ignore[misc]
        for n, group in enumerate(old)
    ]
    plan = propose_joint_branches(candidates, POLICY, existing=existing)
    fixed = [[one.id for one in row.organizations] + [row.existing] * bool(row.existing) for row in plan.proposals]
    fixed += [[one.id] for one in plan.unplaced]
    random.shuffle(fixed)
    again = propose_joint_branches(candidates, POLICY, existing=existing, fixed=fixed)
    assert again.reached == again.bound == plan.reached
    assert [(row.organizations, row.existing) for row in again.proposals] == [
        (row.organizations, row.existing) for row in plan.proposals
    ]
    assert all(row.fixed for row in again.proposals)
    assert {one.why.code for one in again.unplaced} <= {"set_aside"}
