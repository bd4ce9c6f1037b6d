"""S13: joint branches proposed for many small organizations at once."""

import math
import random
from collections.abc import Sequence
from functools import cache
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy
from services.incubation.joint_plans.search.planning import JointPlanDraft, propose_joint_branches
from services.incubation.joint_plans.search.reasons import explain

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
    """An organization at so many metres east and north of a point on the equator (where metres are even)."""
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


def most_coverable(candidates: Sequence[Candidate], policy: JointPolicy) -> int:
    """By trying everything."""
    groups = [
        (sum(1 << i for i in group), size)
        for size in range(2, policy.max_units + 1)
        for group in combinations(range(len(candidates)), size)
        if sum(candidates[i].full_members for i in group) >= policy.min_full_members
        and all(compatible(candidates[i], candidates[j], policy) for i, j in combinations(group, 2))
    ]

    @cache
    def best(left: int) -> int:
        if not left:
            return 0
        first = left & -left
        with_first = (size + best(left & ~mask) for mask, size in groups if mask & first and mask & left == mask)
        return max(best(left & ~first), *with_first, 0)

    return best((1 << len(candidates)) - 1)


def check(candidates: Sequence[Candidate], policy: JointPolicy) -> JointPlanDraft:
    """The plan, after everything that must hold of any plan was seen to hold."""
    plan = propose_joint_branches(candidates, policy)
    placed = [one for proposal in plan.proposals for one in proposal.organizations]
    for proposal in plan.proposals:
        assert 2 <= len(proposal.organizations) <= policy.max_units
        assert proposal.full_members == sum(one.full_members for one in proposal.organizations)
        assert proposal.full_members >= policy.min_full_members
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
    return plan


def groups(plan: JointPlanDraft) -> list[list[int]]:
    return [[one.id.int for one in proposal.organizations] for proposal in plan.proposals]


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


def test_s13_star_serves_one_and_says_why_to_the_others() -> None:
    plan = check(
        [
            org(0, 2, (0, 0)),
            *(org(i + 1, 1, (1900 * x, 1900 * y)) for i, (x, y) in enumerate([(1, 0), (-1, 0), (0, 1), (0, -1)])),
        ],
        POLICY,
    )
    assert (plan.covered, plan.upper_bound) == (2, 2)
    assert {left.why.code for left in plan.unplaced} == {"neighbours_already_placed"}


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


def test_s13_names_are_compared_without_width_case_and_blanks() -> None:
    same = [org(1, 2, carrier="ABC大厦"), org(2, carrier=" ａｂｃ大厦 ")]
    assert check_names(same) == 2
    assert check_names([org(1, 2, carrier=" "), org(2, carrier="")]) == 0


def check_names(candidates: list[Candidate]) -> int:
    return propose_joint_branches(candidates, POLICY).covered


def test_s13_one_carrier_name_on_two_streets_is_two_carriers() -> None:
    assert check_names([org(1, 2, street="甲街", carrier="大厦"), org(2, street="乙街", carrier="大厦")]) == 0


def test_s13_street_counts_only_without_location() -> None:
    far = [org(1, 2, (0, 0), street="甲街"), org(2, 1, (9000, 0), street="甲街")]
    assert check(far, POLICY).unplaced[0].why.code == "no_neighbour_within_distance"
    plan = check([far[0], org(2, 1, street="甲街")], POLICY)
    assert plan.proposals[0].why.code == "same_street"
    assert plan.proposals[0].why.facts["street"] == "甲街"


def test_s13_mixed_reasons_are_called_mixed() -> None:
    plan = check(
        [org(1, 1, (0, 0), street="甲街"), org(2, 1, (10, 0), carrier="A"), org(3, 1, street="甲街", carrier="A")],
        POLICY,
    )
    assert plan.proposals[0].why.code == "mixed"


def test_s13_unknown_place_is_said() -> None:
    assert check([org(1, 2), org(2, 2)], POLICY).unplaced[0].why.as_reasons()[0]["outcome"] == "unplaced"
    assert check([org(1, 2)], POLICY).unplaced[0].why.code == "no_place_known"
    assert check([org(1, 0, (0, 0)), org(2, 2, (0, 0))], POLICY).unplaced[0].why.code == "no_full_members"


def test_s13_broken_location_is_no_location() -> None:
    nowhere = Candidate(UUID(int=1), "1", 2, None, None, math.nan, 30.0)
    assert propose_joint_branches([nowhere], POLICY).unplaced[0].why.code == "no_place_known"


def test_s13_distance_itself_is_still_near() -> None:
    assert propose_joint_branches([org(1, 2, (0, 0)), org(2, 1, (2000, 0))], POLICY).covered == 2
    assert propose_joint_branches([org(1, 2, (0, 0)), org(2, 1, (2001, 0))], POLICY).covered == 0


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
