"""S13: joint plans over HTTP: made, approved as a whole or by proposal, outdated; coverage follows."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.incubation.conftest import Incubation, Organization, established

FORMED = "party_organization.formed"
PARK, TOWER = "西溪公益园", "示例大厦"


def group(first: int, count: int, carrier: str = PARK, **changes: Any) -> list[Organization]:
    return [Organization(n, carrier=carrier, **changes) for n in range(first, first + count)]


async def make(incubation: Incubation, division: str = "330106", language: str = "zh") -> dict[str, Any]:
    headers = {"Accept-Language": language}
    response = await incubation.post("/joint-plans", {"division": division}, **headers)
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"1"'
    found: dict[str, Any] = response.json()
    return found


async def two_proposals(incubation: Incubation) -> tuple[list[Organization], list[Organization], dict[str, Any]]:
    """Three organizations in a park, three in a tower; their plan."""
    park, tower = group(1, 3), group(11, 3, TOWER, street="文新街道")
    await incubation.deliver(*(o.state(1) for o in [*park, *tower]))
    plan = await make(incubation)
    assert [len(proposal["organizations"]) for proposal in plan["proposals"]] == [3, 3]
    return park, tower, plan


def states(plan: dict[str, Any]) -> list[str]:
    return [proposal["state"] for proposal in plan["proposals"]]


async def test_plan__proposes_those_who_may_share_a_branch(incubation: Incubation) -> None:
    park = group(1, 3)
    lonely, standalone, area, elsewhere = (
        Organization(4, street="灵隐街道"),
        Organization(5, carrier=PARK),
        Organization(6, carrier=PARK),
        Organization(7, carrier=PARK, division="330105"),
    )
    await incubation.deliver(*(o.state(1) for o in park), lonely.state(2), standalone.state(3), area.state(0))
    await incubation.deliver(elsewhere.state(1))
    plan = await make(incubation)
    assert (plan["division"], plan["policy"], plan["version"]) == ("330106", "hz-2013-formation", 1)
    assert (plan["covered"], plan["upper_bound"]) == (3, 3)
    [proposal] = plan["proposals"]
    assert [one["uscc"] for one in proposal["organizations"]] == [one.code for one in park]
    assert (proposal["full_members"], proposal["state"], proposal["party_organization_id"]) == (3, "proposed", None)
    assert proposal["why"] == f"同处{PARK}，共有正式党员3名。"
    [reason] = proposal["reasons"]
    assert (reason["rule"], reason["outcome"], reason["facts"]["code"]) == ("S13", "joint", "same_carrier")
    [unplaced] = plan["unplaced"]
    assert (unplaced["uscc"], unplaced["reasons"][0]["facts"]["code"]) == (lonely.code, "no_neighbour_within_distance")
    assert await incubation.get(f"/joint-plans/{plan['id']}") == plan
    english = await incubation.http.get(f"/v1/joint-plans/{plan['id']}", headers={"Accept-Language": "en"})
    assert english.json()["proposals"][0]["why"] == f"All in {PARK}; 3 full members together."
    assert await incubation.told(FORMED) == [], "a plan decides nothing"


async def test_plan__of_nobody_and_of_a_wider_division(incubation: Incubation) -> None:
    empty = await make(incubation)
    assert (empty["proposals"], empty["unplaced"], empty["covered"], empty["upper_bound"]) == ([], [], 0, 0)
    await incubation.deliver(*(o.state(1) for o in group(1, 3)), *(o.state(1) for o in group(11, 3, division="330105")))
    assert (await make(incubation, "330105"))["covered"] == 3
    assert (await make(incubation, "330100"))["division"] == "3301"
    listed = await incubation.get("/joint-plans")
    assert [plan["division"] for plan in listed["items"]] == ["3301", "330105", "330106"]
    assert len((await incubation.get("/joint-plans", division="330105"))["items"]) == 1
    first = await incubation.get("/joint-plans", limit=2)
    rest = await incubation.get("/joint-plans", limit=2, cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == listed["items"]
    for body in ({}, {"division": "x"}, {"division": "330106", "max": 3}):
        assert (await incubation.post("/joint-plans", body)).status_code == 422
    assert (await incubation.http.get(f"/v1/joint-plans/{uuid4()}")).status_code == 404


async def test_plan__shanghai_counts_full_time_members(incubation: Incubation) -> None:
    ones = group(1, 3, division="310101")
    await incubation.deliver(*(o.state(full_members_full_time=1, full_members=30) for o in ones))
    plan = await make(incubation, "310101")
    assert (plan["policy"], plan["proposals"][0]["full_members"]) == ("sh-2015-formation", 3)
    approved = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert states(approved) == ["approved"]


async def test_approval__by_proposal_decides_that_one(incubation: Incubation) -> None:
    park, tower, plan = await two_proposals(incubation)
    chosen = next(p for p in plan["proposals"] if p["organizations"][0]["uscc"] == park[0].code)
    response = await incubation.post(f"/joint-plans/{chosen['id']}/approval", {"note": "同意"})
    assert (response.status_code, response.headers["etag"]) == (200, '"2"')
    found = response.json()
    assert sorted(states(found)) == ["approved", "proposed"]
    approved = next(p for p in found["proposals"] if p["state"] == "approved")
    assert approved["id"] == chosen["id"]
    [event] = await incubation.told(FORMED)
    data = event["data"]
    assert (event["subject"], event["sequence"], event["key"]) == (approved["party_organization_id"], 1, plan["id"])
    assert (data["form"], data["kind"], data["name"]) == ("joint", "BRANCH", f"中共{PARK}社会组织联合支部")
    assert data["organization_ids"] == [str(one.id) for one in park]
    assert (data["decided_by"], data["decision_id"]) == ("joint_proposal", chosen["id"])
    assert (data["division"], data["street"], data["reasons"]) == ("330106", "翠苑街道", chosen["reasons"])
    cases = {case["uscc"]: case for case in await incubation.cases()}
    for one in park:
        case = cases[one.code]
        assert (case["state"], case["note"], case["party_organization_id"]) == ("approved", "同意", event["subject"])
    assert {cases[one.code]["state"] for one in tower} == {"open"}


async def test_approval__by_plan_decides_all_that_are_left(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    found = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert states(found) == ["approved", "approved"]
    formed = await incubation.told(FORMED)
    assert len(formed) == 2
    assert len({proposal["party_organization_id"] for proposal in found["proposals"]}) == 2
    for again in (plan["id"], plan["proposals"][0]["id"]):
        response = await incubation.post(f"/joint-plans/{again}/approval")
        assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")
    assert await incubation.told(FORMED) == formed


async def test_approval__of_named_proposals(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    path = f"/joint-plans/{plan['id']}/approval"
    second = plan["proposals"][1]["id"]
    for body, status in (({"proposals": [str(uuid4())]}, 404), ({"proposals": ["x"]}, 422), ({"all": True}, 422)):
        assert (await incubation.post(path, body)).status_code == status, body
    found = (await incubation.post(path, {"proposals": [second]})).json()
    assert states(found) == ["proposed", "approved"]
    assert (await incubation.post(f"/joint-plans/{uuid4()}/approval")).status_code == 404


async def test_approval__many_at_once_form_each_branch_once(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    ids = [plan["id"], *(proposal["id"] for proposal in plan["proposals"])] * 2
    responses = await asyncio.gather(*(incubation.post(f"/joint-plans/{one}/approval") for one in ids))
    assert {response.status_code for response in responses} == {200, 409}
    covered = [one for row in await incubation.told(FORMED) for one in row["data"]["organization_ids"]]
    assert len(covered) == len(set(covered)) == 6


async def test_approval__of_an_outdated_proposal_by_its_id_is_409_and_names_who_changed(incubation: Incubation) -> None:
    park, _, plan = await two_proposals(incubation)
    await incubation.deliver(park[1].state(3))
    chosen = next(p for p in plan["proposals"] if p["organizations"][0]["uscc"] == park[0].code)
    response = await incubation.post(f"/joint-plans/{chosen['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:proposal-outdated")
    assert response.json()["codes"] == park[1].code
    assert await incubation.get(f"/joint-plans/{plan['id']}") == plan
    assert await incubation.told(FORMED) == []


async def test_approval__of_the_plan_marks_the_outdated_and_forms_the_rest(incubation: Incubation) -> None:
    park, tower, plan = await two_proposals(incubation)
    await incubation.deliver(park[0].ended())
    found = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    by_first = {p["organizations"][0]["uscc"]: p for p in found["proposals"]}
    assert by_first[park[0].code]["state"] == "outdated"
    assert by_first[park[0].code]["party_organization_id"] is None
    assert by_first[tower[0].code]["state"] == "approved"
    [event] = await incubation.told(FORMED)
    assert event["data"]["organization_ids"] == [str(one.id) for one in tower]
    again = await incubation.post(f"/joint-plans/{by_first[park[0].code]['id']}/approval")
    assert (again.status_code, again.json()["state"]) == (409, "outdated")


async def test_approval__without_one_of_them_is_outdated_though_the_rest_would_do(incubation: Incubation) -> None:
    ones = group(1, 3)
    await incubation.deliver(*(o.state(members) for o, members in zip(ones, (2, 2, 1), strict=True)))
    plan = await make(incubation)
    await incubation.deliver(ones[2].ended())
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["codes"]) == (409, ones[2].code)


async def test_approval__too_few_members_by_now_is_outdated(incubation: Incubation) -> None:
    ones = group(1, 2)
    await incubation.deliver(ones[0].state(2), ones[1].state(1))
    plan = await make(incubation)
    await incubation.deliver(ones[0].state(1))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["codes"]) == (409, ", ".join(one.code for one in ones))


async def test_approval__of_a_second_plan_for_the_same_is_outdated(incubation: Incubation) -> None:
    _, _, first = await two_proposals(incubation)
    second = await make(incubation)
    await incubation.post(f"/joint-plans/{first['id']}/approval")
    found = (await incubation.post(f"/joint-plans/{second['id']}/approval")).json()
    assert states(found) == ["outdated", "outdated"]
    assert len(await incubation.told(FORMED)) == 2
    assert (await make(incubation))["proposals"] == []


async def test_approval__if_match_and_replay(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    path = f"/joint-plans/{plan['id']}/approval"
    refused = await incubation.post(path, **{"If-Match": '"7"'})
    assert refused.status_code == 412
    key = {"Idempotency-Key": "plan-1", "If-Match": '"1"'}
    first, second = [await incubation.post(path, {"note": "同意"}, **key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert len(await incubation.told(FORMED)) == 2
    making = [await incubation.post("/joint-plans", {"division": "3301"}, **{"Idempotency-Key": "m"}) for _ in "12"]
    assert [response.status_code for response in making] == [201, 201]
    assert making[0].json()["id"] == making[1].json()["id"]


async def test_coverage__follows_what_the_registry_recorded(incubation: Incubation) -> None:
    park, _, plan = await two_proposals(incubation)
    await incubation.post(f"/joint-plans/{plan['id']}/approval")
    before = [case["state"] for case in await incubation.cases()]
    assert before == ["approved"] * 6
    [event] = [e for e in await incubation.told(FORMED) if str(park[0].id) in e["data"]["organization_ids"]]
    await incubation.deliver(established("joint", *park, party=event["data"]["party_organization_id"]))
    covered = await incubation.rows("SELECT uscc FROM organizations WHERE coverage = 'joint' ORDER BY uscc")
    assert [row["uscc"] for row in covered] == [one.code for one in park]
    await incubation.deliver(park[0].state(2))
    assert [case["state"] for case in await incubation.cases()] == before, "covered as it is due: no new case"
