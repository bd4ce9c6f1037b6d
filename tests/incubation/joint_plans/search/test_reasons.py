"""S13: why organizations are proposed together, or not at all."""

from tests.incubation.joint_plans.search.helpers import POLICY, check, org


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


def test_s13_mixed_reasons_are_called_mixed() -> None:
    plan = check(
        [org(1, 1, (0, 0), street="甲街"), org(2, 1, (10, 0), carrier="A"), org(3, 1, street="甲街", carrier="A")],
        POLICY,
    )
    assert plan.proposals[0].why.code == "mixed"


def test_s13_an_unknown_place_is_a_reason() -> None:
    assert check([org(1, 2), org(2, 2)], POLICY).unplaced[0].why.as_reasons()[0]["outcome"] == "unplaced"
    assert check([org(1, 2)], POLICY).unplaced[0].why.code == "no_place_known"
    assert check([org(1, 0, (0, 0)), org(2, 2, (0, 0))], POLICY).unplaced[0].why.code == "no_full_members"
