"""S13: joint branches proposed for many small organizations at once."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy
from services.incubation.joint_plans.search.planning import JointPlanDraft, propose_joint_branches
from tests.incubation.joint_plans.search.helpers import POLICY, check, groups, most_coverable, org, row

places = st.none() | st.tuples(st.integers(0, 6).map(lambda n: n * 900.0), st.integers(0, 3).map(lambda n: n * 900.0))
candidate_lists = st.lists(
    st.tuples(st.integers(1, 2), places, st.sampled_from([None, "甲街", "乙街"]), st.sampled_from([None, "A", "B"])),
    max_size=11,
).map(lambda rows: [org(i, m, at, street=s, carrier=c) for i, (m, at, s, c) in enumerate(rows)])
policies = st.sampled_from([POLICY, POLICY, JointPolicy(3, 4, 1000), JointPolicy(5, 4, 2000), JointPolicy(3, 2, 2000)])


@settings(max_examples=300, deadline=None)
@given(candidate_lists, policies)
def test_s13_small_cases_reach_the_optimum(candidates: list[Candidate], policy: JointPolicy) -> None:
    plan = check(candidates, policy)
    assert plan.covered == plan.upper_bound == most_coverable(candidates, policy)


@settings(max_examples=60, deadline=None)
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
    plan = check([org(0, 2, (0, 0)), org(1, 2, (1000, 0)), org(2, 1, (1100, 0)), org(3, 1, (100, 0))], POLICY)
    assert groups(plan) == [[0, 3], [1, 2]]


def test_s13_policy_figures_are_data() -> None:
    four = [org(i, 2, (i, 0)) for i in range(4)]
    assert len(check(four, JointPolicy(5, 4, 2000)).proposals) == 1
    assert check(four, JointPolicy(9, 4, 2000)).covered == 0
    assert check(four, JointPolicy(3, 1, 2000)).covered == 0


def test_s13_same_candidate_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        propose_joint_branches([org(1), org(1)], POLICY)


def test_s13_no_candidates_no_plan() -> None:
    assert check([], POLICY) == JointPlanDraft((), (), 0, 0)


@pytest.mark.parametrize(
    ("side", "located", "share"),
    # The hardest: each unlocated one links a whole street of others far apart; the bound itself is loose there.
    [(8_000, 0.9, 1.0), (55_000, 1.0, 0.998), (80_000, 1.0, 0.998), (80_000, 0.9, 0.93)],
)
def test_s13_large_divisions_come_close_to_the_bound(side: float, located: float, share: float) -> None:
    """From a dense town, where lists of neighbours are cut, to thin country."""
    count = 1500
    chance = random.Random(count + int(side))
    candidates = [
        org(
            i,
            chance.choice((1, 1, 2)),
            (chance.random() * side, chance.random() * side) if chance.random() < located else None,
            street=f"{chance.randrange(60)}街",
            carrier=f"{chance.randrange(300)}号楼" if chance.random() < 0.3 else None,
        )
        for i in range(count)
    ]
    plan = check(candidates, POLICY)
    assert plan.covered >= share * plan.upper_bound
