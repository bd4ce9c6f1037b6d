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
