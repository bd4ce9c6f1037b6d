"""S13: whether a joint branch is still one, at its boundaries."""

from datetime import UTC, datetime

import pytest

from services.incubation.joint_branches.rules import Size, check_size
from services.incubation.policies import FormationPolicy
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES

NOW = datetime(2026, 6, 1, tzinfo=UTC)
POLICY = read_policies(REPOSITORY_POLICIES, "formation", FormationPolicy).get("330106", NOW.date())


@pytest.mark.parametrize(
    ("units", "unknown", "counted", "outcome"),
    [
        (2, 0, 3, "enough"),
        (2, 0, 2, "too_few_members"),
        (5, 0, 0, "too_few_members"),
        (1, 0, 9, "too_few_units"),
        (0, 0, 0, "too_few_units"),
        (2, 1, 1, "enough"),
        (1, 1, 0, "too_few_units"),
    ],
)
def test_s13_joint_branch__has_two_units_and_the_policy_s_members(
    units: int, unknown: int, counted: int, outcome: str
) -> None:
    reason = check_size(Size(units, unknown, counted), POLICY, NOW)
    assert (reason.rule, reason.outcome) == ("R-joint-size", outcome)
    assert (reason.facts["units"], reason.facts["joint_min_full_members"]) == (units, 3)
    assert ("units_not_known" in reason.facts) is bool(unknown)
