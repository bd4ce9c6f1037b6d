"""T04: crossing a threshold of the kind opens a case of its own, in both directions; its approval changes the kind."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.incubation.formation.occasions import Covering, Due, Situation, find_due
from services.incubation.formation.rules import FormationDecision
from services.incubation.policies import FormationPolicy
from shared.field.policies import read_policies
from shared.settings import REPOSITORY_POLICIES
from tests.incubation.conftest import PLANNED, Incubation, Organization, dissolved, established
from tests.incubation.joint_plans.helpers import create_plan

REORGANIZED = "party_organization.reorganized"
PARAMETERS = (
    read_policies(REPOSITORY_POLICIES, "formation", FormationPolicy).get("330106", date(2026, 3, 10)).parameters
)
PARTY = uuid4()


@pytest.mark.parametrize(
    ("now", "due"),
    [("BRANCH", None), ("GENERAL", "GENERAL"), ("COMMITTEE", "COMMITTEE")],
)
def test_t04_find_due__the_kind_that_the_members_give(now: str, due: str | None) -> None:
    decision = FormationDecision("standalone", 3, now, ())  # type: ignore[arg-type]
    covered = Situation("330106", "standalone", Covering(PARTY, "330106", "standalone", "BRANCH", None, None))
    assert find_due(decision, covered, PARAMETERS) == (due and Due("kind", due, PARTY))  # type: ignore[arg-type]
    unknown = Situation("330106", "standalone", Covering(PARTY, "330106", "standalone", None, None, None))
    assert find_due(decision, unknown, PARAMETERS) is None, "nobody has stated its kind yet"


async def covered(incubation: Incubation, members: int = 3, kind: str = "BRANCH") -> tuple[Organization, UUID]:
    one = Organization(1)
    await incubation.deliver(one.state(members))
    party = UUID((await incubation.approve(one))["party_organization_id"])
    await incubation.deliver(established("standalone", one, party=party, kind_of=kind))
    return one, party


async def test_t04_change_of_kind__is_not_dated_before_the_founding(incubation: Incubation) -> None:
    one, _ = await covered(incubation)
    await incubation.deliver(one.state(50))
    case = await incubation.pending(one)
    path = f"/formation-cases/{case['id']}/approval"
    refused = await incubation.post(path, {"founded_on": "2026-03-08"})
    assert (refused.status_code, [error["pointer"] for error in refused.json()["errors"]]) == (422, ["/founded_on"])
    assert (await incubation.post(path, {"founded_on": "2026-03-09"})).status_code == 200


@pytest.mark.parametrize(
    ("members", "kind", "suffix"),
    [(50, "GENERAL", "总支部"), (99, "GENERAL", "总支部"), (100, "COMMITTEE", "委员会"), (120, "COMMITTEE", "委员会")],
)
async def test_t04_growing__opens_a_case_whose_approval_changes_the_kind(
    incubation: Incubation, members: int, kind: str, suffix: str
) -> None:
    one, party = await covered(incubation)
    await incubation.deliver(one.state(members))
    case = await incubation.pending(one)
    assert (case["occasion"], case["concerns"], case["outcome"]) == ("kind", str(party), "standalone")
    assert (case["state"], case["party_organization_kind"]) == ("open", kind)
    approved = await incubation.approve(one, {"note": "同意改设"})
    assert (approved["state"], approved["party_organization_id"]) == ("approved", str(party))
    [event] = await incubation.emitted(REORGANIZED)
    data = event["data"]
    assert (data["party_organization_id"], data["change"], data["kind"]) == (str(party), "kind", kind)
    assert (data["name"], data["form"]) == (f"中共示例组织1{suffix}", "standalone")
    assert (data["decision_id"], event["key"], event["sequence"]) == (case["id"], str(party), 1)
    assert {"R-kind"} <= {reason["rule"] for reason in data["reasons"]}
    # Recorded by the registry: nothing is left to decide.
    await incubation.deliver(established("standalone", one, party=party, sequence=2, kind_of=kind), one.state(members))
    assert [c["state"] for c in await incubation.cases()] == ["approved", "approved"]


async def test_t04_shrinking__opens_a_case_back_to_a_branch(incubation: Incubation) -> None:
    one, _ = await covered(incubation, 120, "COMMITTEE")
    for members, kind in ((99, "GENERAL"), (49, "BRANCH")):
        await incubation.deliver(one.state(members))
        assert (await incubation.pending(one))["party_organization_kind"] == kind
    await incubation.approve(one)
    [event] = await incubation.emitted(REORGANIZED)
    assert (event["data"]["kind"], event["data"]["name"]) == ("BRANCH", "中共示例组织1支部")


async def test_t04_below_the_threshold__nothing_is_to_be_decided(incubation: Incubation) -> None:
    one, _ = await covered(incubation)
    await incubation.deliver(one.state(49))
    assert [case["state"] for case in await incubation.cases()] == ["approved"]


async def test_t04_back_before_the_decision__closes_the_case(incubation: Incubation) -> None:
    one, _ = await covered(incubation)
    await incubation.deliver(one.state(60))
    await incubation.deliver(one.state(20))
    assert [case["state"] for case in await incubation.cases()] == ["approved", "closed"]


async def test_t04_deferred__stays_so_while_it_is_about_the_same(incubation: Incubation) -> None:
    one, _ = await covered(incubation)
    await incubation.deliver(one.state(60))
    case = await incubation.pending(one)
    await incubation.post(f"/formation-cases/{case['id']}/deferral", {**PLANNED, "note": "下月再议"})
    await incubation.deliver(one.state(61))
    assert (await incubation.pending(one))["state"] == "deferred"
    # Below three it is due to be joined, which is another matter.
    await incubation.deliver(one.state(2))
    case = await incubation.pending(one)
    assert (case["state"], case["occasion"], case["outcome"], case["concerns"]) == ("open", "formation", "joint", None)


async def test_t04_ended_meanwhile__the_case_is_closed_and_nothing_is_sent(incubation: Incubation) -> None:
    one, party = await covered(incubation)
    await incubation.deliver(one.state(60))
    case = await incubation.pending(one)
    await incubation.deliver(one.ended(), dissolved(party))
    response = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert (response.status_code, response.json()["state"]) == (409, "closed")
    assert await incubation.emitted(REORGANIZED) == []


async def test_t04_events_late_and_twice__one_case(incubation: Incubation) -> None:
    one, _ = await covered(incubation)
    grown = one.state(60)
    await incubation.deliver(one.state(70))
    await incubation.deliver(grown)
    await incubation.deliver(grown)
    assert [case["occasion"] for case in await incubation.cases() if case["state"] == "open"] == ["kind"]


async def test_t04_joint_branch__grows_by_all_its_members_into_one_case(incubation: Incubation) -> None:
    ones = [Organization(number, carrier="示例大厦") for number in (1, 2)]
    party = uuid4()
    await incubation.deliver(*(one.state(2) for one in ones), established("joint", *ones, party=party))
    await incubation.deliver(ones[0].state(2, probationary_members=30))
    assert [case["state"] for case in await incubation.cases() if case["occasion"] == "kind"] == []
    await incubation.deliver(*(one.state(2, probationary_members=30) for one in ones))
    [case] = [case for case in await incubation.cases() if case["occasion"] == "kind"]
    assert (case["state"], case["party_organization_kind"], case["concerns"]) == ("open", "GENERAL", str(party))
    approved = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert approved.status_code == 200, approved.text
    [event] = await incubation.emitted(REORGANIZED)
    assert (event["data"]["form"], event["data"]["name"]) == ("joint", "中共示例大厦社会组织联合总支部")
    facts = event["data"]["reasons"][-1]["facts"]
    assert (facts["was"], facts["kind_counts"]) == ("BRANCH", "total"), "D6"
    assert (facts["full_members"], facts["total_members"]) == (4, 64)


async def test_t04_joint_branch__is_in_no_plan_for_its_change_of_kind(incubation: Incubation) -> None:
    ones = [Organization(number, carrier="示例大厦") for number in (1, 2)]
    await incubation.deliver(*(one.state(2) for one in ones), established("joint", *ones))
    await incubation.deliver(*(one.state(2, probationary_members=30) for one in ones))
    plan = await create_plan(incubation)
    assert (plan["proposals"], plan["unplaced"]) == ([], [])


async def test_t04_joint_branch__another_member_takes_it_back(incubation: Incubation) -> None:
    ones = [Organization(number, carrier="示例大厦") for number in (1, 2)]
    await incubation.deliver(*(one.state(2) for one in ones), established("joint", *ones))
    await incubation.deliver(ones[0].state(2, probationary_members=50))
    await incubation.deliver(ones[1].state(2, probationary_members=50))
    [case] = [case for case in await incubation.cases() if case["state"] == "open"]
    assert case["party_organization_kind"] == "COMMITTEE"
    await incubation.deliver(ones[0].state(2), ones[1].state(2))
    assert [case["state"] for case in await incubation.cases() if case["state"] == "open"] == []
