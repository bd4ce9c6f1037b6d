"""T05: at most the policy's members in a joint branch, the kind has its reason, and the name fits it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from services.incubation.joint_plans.search.candidates import Candidate, JointPolicy
from services.incubation.joint_plans.search.planning import propose_joint_branches
from shared.field import uscc
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.joint_plans.helpers import FORMED, compute, create_plan, group

LIMITS = JointPolicy(3, 5, 2000, max_members=50)


def candidates(*sizes: tuple[int, int]) -> list[Candidate]:
    """In one building, each of (counted, all) members."""
    return [
        Candidate(
            UUID(int=n), uscc.make("52", "330106", f"PDY{n:05d}"), counted, "翠苑街道", "示例大厦", total_members=total
        )
        for n, (counted, total) in enumerate(sizes, 1)
    ]


@pytest.mark.parametrize(("other", "covered"), [(25, 2), (26, 0)])
def test_t05_limit__of_two_at_the_boundary(other: int, covered: int) -> None:
    plan = propose_joint_branches(candidates((2, 25), (2, other)), LIMITS)
    assert (plan.covered, plan.upper_bound) == (covered, covered)
    assert [proposal.total_members for proposal in plan.proposals] == [50] * (covered // 2)
    if not covered:
        assert {one.why.code for one in plan.unplaced} == {"too_many_members"}


def test_t05_limit__is_kept_by_every_branch_of_a_large_plan() -> None:
    sizes = [(1 + n % 2, 5 + 7 * n % 40) for n in range(120)]
    plan = propose_joint_branches(candidates(*sizes), LIMITS)
    assert plan.proposals
    for proposal in plan.proposals:
        assert sum(one.total_members or 0 for one in proposal.organizations) <= 50
        assert proposal.full_members >= 3
    assert plan.covered <= plan.upper_bound


def test_t05_limit__three_that_fit_by_twos_only_are_not_put_together() -> None:
    plan = propose_joint_branches(candidates((1, 20), (1, 20), (1, 20)), LIMITS)
    assert (plan.covered, plan.upper_bound) == (0, 0)


def test_t05_without_a_limit__all_members_may_come_together() -> None:
    assert propose_joint_branches(candidates((2, 60), (2, 60)), JointPolicy(3, 5, 2000)).covered == 2


SHANGHAI: dict[str, Any] = {"division": "310101", "street": "示例街道"}


async def shanghai(incubation: Incubation, *totals: int) -> dict[str, Any]:
    """A plan for organizations with two full members among full-time staff each, and this number in all."""
    ones = [Organization(number, carrier="示例大厦", **SHANGHAI) for number in range(1, len(totals) + 1)]
    for one, total in zip(ones, totals, strict=True):
        await incubation.deliver(one.state(2, full_members=total))
    return await create_plan(incubation, "310101")


async def test_t05_shanghai__two_units_of_sixty_members_are_no_joint_branch(incubation: Incubation) -> None:
    plan = await shanghai(incubation, 30, 30)
    assert (plan["proposals"], plan["covered"], plan["upper_bound"]) == ([], 0, 0)
    assert "50" in plan["unplaced"][0]["why"]


@pytest.mark.parametrize(
    ("totals", "kind", "ending"), [((25, 25), "GENERAL", "联合总支部"), ((24, 25), "BRANCH", "联合支部")]
)
async def test_t05_kind__has_its_reason_and_its_name(
    incubation: Incubation, totals: tuple[int, int], kind: str, ending: str
) -> None:
    plan = await shanghai(incubation, *totals)
    [proposal] = plan["proposals"]
    found = {reason["rule"]: reason for reason in proposal["reasons"]}
    if kind == "BRANCH":
        assert set(found) == {"S13"}
    else:
        assert (found["R-kind"]["outcome"], found["R-kind"]["facts"]["total_members"]) == (kind, sum(totals))
        assert (found["R-kind"]["facts"]["general_from"], found["R-kind"]["facts"]["joint_max_members"]) == (50, 50)
    assert (await incubation.post(f"/joint-plans/{proposal['id']}/approval")).status_code == 200
    [event] = await incubation.emitted(FORMED)
    assert event["data"]["kind"] == kind
    shown = [{name: value for name, value in one.items() if name != "text"} for one in proposal["reasons"]]
    assert event["data"]["reasons"][:-1] == shown, "the sentence is for readers, in their language"
    assert event["data"]["name"] == f"中共示例大厦社会组织{ending}"


@pytest.mark.parametrize(("full", "kind"), [(24, "BRANCH"), (25, "GENERAL")])
async def test_d6_plan__says_which_members_counted_for_the_kind(incubation: Incubation, full: int, kind: str) -> None:
    """Of 50 members together; only two of each are among the full-time staff, whom the region counts (S10)."""
    counts = [(25, 0), (full, 25 - full)]
    for number, (members, probationary) in enumerate(counts, 1):
        one = Organization(number, carrier="示例大厦", **SHANGHAI)
        await incubation.deliver(one.state(2, full_members=members, probationary_members=probationary))
    policies = incubation.app.state.policies
    by_full = [
        replace(p, parameters=p.parameters.model_copy(update={"kind_counts": "full"})) for p in policies.policies
    ]
    requested = (await incubation.post("/joint-plans", {"division": "310101"})).json()
    await compute(incubation, replace(policies, policies=tuple(by_full)))
    [proposal] = (await incubation.http.get(f"/v1/joint-plans/{requested['id']}")).json()["proposals"]
    [reason] = [one for one in proposal["reasons"] if one["rule"] == "R-kind"]
    facts = reason["facts"]
    assert (reason["outcome"], facts["kind_counts"]) == (kind, "full")
    assert (proposal["full_members"], facts["full_members"], facts["total_members"]) == (4, 25 + full, 50)


FAR = {"lon": 121.0, "lat": 31.0}
CHANGES: dict[str, dict[str, Any]] = {
    "moved far": {"location": FAR, "carrier": None, "street": "他处街道"},
    "moved to another division": {"division": "330105"},
    "grew beyond the limit": {"probationary_members": 49},
    "counts differ": {"full_members": 2, "full_members_full_time": 2},
    "others differ": {"probationary_members": 1},
}


@pytest.mark.parametrize("what", CHANGES)
async def test_t07_changed_since__the_proposal_is_outdated(incubation: Incubation, what: str) -> None:
    ones = group(1, 3)
    await incubation.deliver(*(one.state(1) for one in ones))
    plan = await create_plan(incubation)
    await incubation.deliver(ones[0].state(1, **CHANGES[what]))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:proposal-outdated")
    assert ones[0].code in response.json()["codes"]
    if what.startswith("moved"):
        assert response.json()["codes"] == ones[0].code, "whoever moved is named, and nobody else"
    assert await incubation.emitted(FORMED) == []
    found = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert [proposal["state"] for proposal in found["proposals"]] == ["outdated"]


async def test_t07_changed_in_what_does_not_matter__the_proposal_stands(incubation: Incubation) -> None:
    ones = group(1, 3)
    await incubation.deliver(*(one.state(1) for one in ones))
    plan = await create_plan(incubation)
    await incubation.deliver(ones[0].state(1, name="改名"))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert response.status_code == 200
