"""S13: joint branches proposed for many small organizations at once."""

import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy, Places
from services.incubation.joint_plans.search.construction import construct
from services.incubation.joint_plans.search.draft import Aims, Draft
from services.incubation.joint_plans.search.neighbours import find_neighbours
from services.incubation.joint_plans.search.planning import JointPlanDraft, propose_joint_branches
from services.incubation.joint_plans.search.solving.clock import Clock
from tests.incubation.joint_plans.search.helpers import POLICY, best_aims, check, groups, org, row

places = st.none() | st.tuples(st.integers(0, 6).map(lambda n: n * 900.0), st.integers(0, 3).map(lambda n: n * 900.0))
streets, carriers = st.sampled_from([None, "甲街", "乙街"]), st.sampled_from([None, "A", "B"])
candidate_lists = st.lists(st.tuples(st.integers(1, 2), st.integers(0, 2), places, streets, carriers), max_size=11).map(
    lambda rows: [
        replace(org(i, full, at, street=street, carrier=carrier), total_members=full + probationary)
        for i, (full, probationary, at, street, carrier) in enumerate(rows)
    ]
)
FEW = JointPolicy(3, 5, 2000, max_members=6)
policies = st.sampled_from(
    [POLICY, FEW, FEW, JointPolicy(3, 4, 1000), JointPolicy(5, 4, 2000), JointPolicy(3, 2, 2000), FEW]
)


@settings(max_examples=100, deadline=None)
@given(candidate_lists, policies)
@example([org(i, 2, carrier="A") for i in range(4)], FEW)
@example([replace(org(i, 1, (i * 100, 0)), total_members=2) for i in range(5)], FEW)
def test_s13_small_cases_reach_the_optimum(candidates: list[Candidate], policy: JointPolicy) -> None:
    plan = check(candidates, policy)
    assert plan.reached == plan.bound == best_aims(candidates, policy)


@settings(max_examples=30, deadline=None)
@given(candidate_lists, st.randoms(use_true_random=False))
def test_s13_order_of_candidates_does_not_matter(candidates: list[Candidate], chance: random.Random) -> None:
    shuffled = list(candidates)
    chance.shuffle(shuffled)
    assert propose_joint_branches(shuffled, POLICY) == propose_joint_branches(candidates, POLICY)


def test_s13_pair_of_ones_takes_neighbour() -> None:
    house = [org(1, at=(0, 0), carrier="大厦"), org(2, at=(0, 0), carrier="大厦")]
    plan = check([*house, org(3, at=(500, 0))], POLICY)
    assert groups(plan) == [[1, 2, 3]]
    assert plan.proposals[0].why.code == "near_neighbours"
    assert plan.proposals[0].why.facts["greatest_distance_m"] == 500


def test_s13_pair_of_ones_alone_has_too_few_members() -> None:
    plan = check(row(1, 1), POLICY)
    assert (plan.covered, plan.upper_bound) == (0, 0)
    assert {left.why.code for left in plan.unplaced} == {"too_few_members_nearby"}


def test_s13_chain_is_not_stretched_into_one_branch() -> None:
    assert check(row(1, 1, 1), POLICY).covered == 0
    assert groups(check(row(1, 2, 2, 1), POLICY)) == [[0, 1], [2, 3]]


@pytest.mark.parametrize(("count", "sizes"), [(5, [5]), (6, [3, 3]), (7, [3, 4]), (11, [3, 3, 5])])
def test_s13_carrier_is_divided_without_rest(count: int, sizes: list[int]) -> None:
    plan = check([org(i, carrier="市场") for i in range(count)], POLICY)
    assert plan.covered == count
    assert sorted(len(proposal.organizations) for proposal in plan.proposals) == sizes
    assert {proposal.why.code for proposal in plan.proposals} == {"same_carrier"}


def test_s13_two_carriers_side_by_side_stay_apart() -> None:
    plan = check([org(i, at=(i, 0), carrier="AB"[i % 2]) for i in range(6)], POLICY)
    assert groups(plan) == [[0, 2, 4], [1, 3, 5]]


def test_s13_coverage_goes_before_carriers() -> None:
    """Carrier first (0 with 1) would strand the two ends."""
    ends = [org(2, at=(-1900, 0)), org(3, at=(1900, 0))]
    plan = check([org(0, 2, (0, 0), carrier="A"), org(1, 2, (0, 0), carrier="A"), *ends], POLICY)
    assert plan.covered == 4


def test_s13_nearer_partners_are_preferred() -> None:
    four = [org(0, 2, (0, 0)), org(1, 2, (1000, 0)), org(2, 1, (1100, 0)), org(3, 1, (100, 0))]
    assert groups(check(four, JointPolicy(3, 2, 2000))) == [[0, 3], [1, 2]]


def test_s13_fewest_branches_go_before_short_distances() -> None:
    four = [org(0, 2, (0, 0)), org(1, 2, (1000, 0)), org(2, 1, (1100, 0)), org(3, 1, (100, 0))]
    assert groups(check(four, POLICY)) == [[0, 1, 2, 3]]


def test_s13_policy_figures_are_data() -> None:
    four = [org(i, 2, (i, 0)) for i in range(4)]
    assert len(check(four, JointPolicy(5, 4, 2000)).proposals) == 1
    assert check(four, JointPolicy(9, 4, 2000)).covered == 0
    assert check(four, JointPolicy(3, 1, 2000)).covered == 0


def test_s13_same_candidate_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        propose_joint_branches([org(1), org(1)], POLICY)


def test_s13_no_candidates_no_plan() -> None:
    assert check([], POLICY) == JointPlanDraft((), (), Aims(), Aims())


@settings(max_examples=30, deadline=None)
@given(candidate_lists, policies)
def test_s13_is_never_worse_than_the_quick_construction(candidates: list[Candidate], policy: JointPolicy) -> None:
    draft = Draft(find_neighbours(Places(candidates, policy)))
    construct(draft, range(len(candidates)))
    assert propose_joint_branches(candidates, policy).reached.rank() <= draft.reached(range(len(candidates))).rank()


def spread(count: int, side: float, seed: int = 1) -> list[Candidate]:
    """Organizations all over a square, a third of them in buildings."""
    chance = random.Random(seed)
    found: list[Candidate] = []
    while len(found) < count:
        at, size, carrier = (chance.random() * side, chance.random() * side), 1, None
        if chance.random() < 0.12:
            size, carrier = chance.randint(2, 6), f"{len(found)}号楼"
        for _ in range(min(size, count - len(found))):
            near = (at[0] + chance.uniform(-20, 20), at[1] + chance.uniform(-20, 20))
            found.append(org(len(found), chance.choice((1, 1, 2)), near, carrier=carrier))
    return found


@pytest.mark.parametrize(("side", "branches", "distance"), [(30_000, 1.02, 1.05), (2_500, 1.06, 1.4)])
def test_s13_large_divisions_come_close_to_the_bounds(side: float, branches: float, distance: float) -> None:
    """From country, where every branch can be listed, to a dense town, where lists of neighbours are cut."""
    plan = check(spread(280, side), POLICY)
    assert plan.covered == plan.bound.covered
    assert plan.reached.together == plan.bound.together
    assert plan.reached.created <= branches * plan.bound.created
    assert plan.reached.distance <= distance * plan.bound.distance


def test_s13_large_components__are_led_by_prices_and_then_regrouped_whatever_the_order() -> None:
    """Windows alone, from the quick construction, come to 1.037 of the bound; the dive alone leaves more branches."""
    candidates = spread(280, 27_000)
    plan = check(candidates, POLICY)
    assert plan.reached[:3] == plan.bound[:3]
    assert plan.reached.distance <= 1.03 * plan.bound.distance
    random.Random(2).shuffle(candidates)
    assert propose_joint_branches(candidates, POLICY) == plan


def test_s13_when_the_time_is_over_the_plan_is_the_best_that_was_found() -> None:
    candidates = spread(280, 24_000)
    plan = check(candidates, POLICY, clock=Clock(0))
    assert plan.stopped
    assert plan.covered > 200
    assert not propose_joint_branches(candidates[:5], POLICY, clock=Clock(600)).stopped


def test_s13_members_are_counted_over_all_units_of_a_branch() -> None:
    """The bound of a dense component, too, knows that a branch has at most the policy's members."""
    crowd = [replace(org(n, 1, (n, 0)), total_members=17) for n in range(6)]
    plan = propose_joint_branches(crowd, JointPolicy(2, 5, 2000, max_members=50))
    assert [len(one.organizations) for one in plan.proposals] == [2, 2, 2]
    assert plan.reached == plan.bound
