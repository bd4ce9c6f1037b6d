"""S13: who may share a branch with whom."""

import math
from uuid import UUID

from services.incubation.joint_plans.search.candidates import Candidate
from services.incubation.joint_plans.search.planning import propose_joint_branches
from tests.incubation.joint_plans.search.helpers import POLICY, check, covered, org


def test_s13_names_are_compared_without_width_case_and_blanks() -> None:
    same = [org(1, 2, carrier="ABC大厦"), org(2, carrier=" ａｂｃ大厦 ")]
    assert covered(same) == 2
    assert covered([org(1, 2, carrier=" "), org(2, carrier="")]) == 0


def test_s13_one_carrier_name_on_two_streets_is_two_carriers() -> None:
    assert covered([org(1, 2, street="甲街", carrier="大厦"), org(2, street="乙街", carrier="大厦")]) == 0


def test_s13_street_counts_only_without_location() -> None:
    far = [org(1, 2, (0, 0), street="甲街"), org(2, 1, (9000, 0), street="甲街")]
    assert check(far, POLICY).unplaced[0].why.code == "no_neighbour_within_distance"
    plan = check([far[0], org(2, 1, street="甲街")], POLICY)
    assert plan.proposals[0].why.code == "same_street"
    assert plan.proposals[0].why.facts["street"] == "甲街"


def test_s13_broken_location_is_no_location() -> None:
    nowhere = Candidate(UUID(int=1), "1", 2, None, None, math.nan, 30.0)
    assert propose_joint_branches([nowhere], POLICY).unplaced[0].why.code == "no_place_known"


def test_s13_distance_itself_is_still_near() -> None:
    assert propose_joint_branches([org(1, 2, (0, 0)), org(2, 1, (2000, 0))], POLICY).covered == 2
    assert propose_joint_branches([org(1, 2, (0, 0)), org(2, 1, (2001, 0))], POLICY).covered == 0


def test_t59_words_for_no_carrier_join_nobody() -> None:
    for word in ("无", "暂无", "-", "不详", "/", "N/A", "（无）"):
        far = [org(n, 1, (n * 14_000, 0), street=f"示例街道{n}", carrier=word) for n in range(1, 4)]
        assert covered(far) == 0, word
        assert covered([org(1, 2, carrier=word), org(2, 2, carrier=word)]) == 0, word
        assert covered([org(1, 2, street=word), org(2, 2, street=word)]) == 0, word


def test_t59_one_place_in_two_ways_of_writing_is_one() -> None:
    for one, other in (
        ("西溪公益园3号楼", "西溪公益园 三号楼"),
        ("创业园(A座)", "创业园Ａ座"),
        ("示例·大厦", "示例大厦"),
    ):
        assert covered([org(1, 2, carrier=one), org(2, 1, carrier=other)]) == 2, one
        assert covered([org(1, 2, street=one), org(2, 1, street=other)]) == 2, one


def test_t59_zero_zero_is_no_location() -> None:
    two = [Candidate(UUID(int=n), f"{n:018d}", 2, None, None, 0, 0) for n in (1, 2)]
    assert [one.why.code for one in propose_joint_branches(two, POLICY).unplaced] == ["no_place_known"] * 2
