"""S13: joint plans over HTTP: approved as a whole or by proposal, outdated; coverage follows."""

import asyncio
from uuid import uuid4

from tests.incubation.conftest import Incubation, established
from tests.incubation.joint_plans.helpers import FORMED, PARK, create_plan, group, states, two_proposals


async def test_approval__by_proposal_decides_that_one(incubation: Incubation) -> None:
    park, tower, plan = await two_proposals(incubation)
    chosen = next(p for p in plan["proposals"] if p["organizations"][0]["uscc"] == park[0].code)
    response = await incubation.post(f"/joint-plans/{chosen['id']}/approval", {"note": "同意"})
    assert (response.status_code, response.headers["etag"]) == (200, '"3"')
    found = response.json()
    assert sorted(states(found)) == ["approved", "proposed"]
    approved = next(p for p in found["proposals"] if p["state"] == "approved")
    assert approved["id"] == chosen["id"]
    [event] = await incubation.emitted(FORMED)
    data = event["data"]
    assert (event["subject"], event["sequence"], event["key"]) == (approved["party_organization_id"], 1, plan["id"])
    assert (data["form"], data["kind"], data["name"]) == ("joint", "BRANCH", f"中共{PARK}社会组织联合支部")
    assert data["organization_ids"] == [str(one.id) for one in park]
    assert (data["decided_by"], data["decision_id"]) == ("joint_proposal", chosen["id"])
    assert (data["division"], data["street"]) == ("330106", "翠苑街道")
    assert data["reasons"][:-1] == [{k: v for k, v in one.items() if k != "text"} for one in chosen["reasons"]]
    assert data["reasons"][-1]["rule"] == "R-body-above"
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
    formed = await incubation.emitted(FORMED)
    assert len(formed) == 2
    assert len({proposal["party_organization_id"] for proposal in found["proposals"]}) == 2
    for again in (plan["id"], plan["proposals"][0]["id"]):
        response = await incubation.post(f"/joint-plans/{again}/approval")
        assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")
    assert await incubation.emitted(FORMED) == formed


async def test_approval__of_named_proposals(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    path = f"/joint-plans/{plan['id']}/approval"
    second = plan["proposals"][1]["id"]
    # An empty list is nobody's wish to approve all.
    for body, status in (
        ({"proposals": [str(uuid4())]}, 404),
        ({"proposals": ["x"]}, 422),
        ({"proposals": []}, 422),
        ({"all": True}, 422),
    ):
        assert (await incubation.post(path, body)).status_code == status, body
    found = (await incubation.post(path, {"proposals": [second]})).json()
    assert states(found) == ["proposed", "approved"]
    assert (await incubation.post(f"/joint-plans/{uuid4()}/approval")).status_code == 404


async def test_approval__many_at_once_form_each_branch_once(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    ids = [plan["id"], *(proposal["id"] for proposal in plan["proposals"])] * 2
    responses = await asyncio.gather(*(incubation.post(f"/joint-plans/{one}/approval") for one in ids))
    assert {response.status_code for response in responses} == {200, 409}
    covered = [one for row in await incubation.emitted(FORMED) for one in row["data"]["organization_ids"]]
    assert len(covered) == len(set(covered)) == 6


async def test_approval__of_an_outdated_proposal_by_its_id_is_409_and_names_who_changed(incubation: Incubation) -> None:
    park, _, plan = await two_proposals(incubation)
    await incubation.deliver(park[1].state(3))
    chosen = next(p for p in plan["proposals"] if p["organizations"][0]["uscc"] == park[0].code)
    response = await incubation.post(f"/joint-plans/{chosen['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:proposal-outdated")
    assert response.json()["codes"] == park[1].code
    assert await incubation.get(f"/joint-plans/{plan['id']}") == plan
    assert await incubation.emitted(FORMED) == []


async def test_approval__of_the_plan_marks_the_outdated_and_forms_the_rest(incubation: Incubation) -> None:
    park, tower, plan = await two_proposals(incubation)
    await incubation.deliver(park[0].ended())
    found = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    by_first = {p["organizations"][0]["uscc"]: p for p in found["proposals"]}
    assert by_first[park[0].code]["state"] == "outdated"
    assert by_first[park[0].code]["party_organization_id"] is None
    assert by_first[tower[0].code]["state"] == "approved"
    [event] = await incubation.emitted(FORMED)
    assert event["data"]["organization_ids"] == [str(one.id) for one in tower]
    again = await incubation.post(f"/joint-plans/{by_first[park[0].code]['id']}/approval")
    assert (again.status_code, again.json()["state"]) == (409, "outdated")


async def test_approval__without_one_of_them_is_outdated_though_the_rest_would_do(incubation: Incubation) -> None:
    ones = group(1, 3)
    await incubation.deliver(*(o.state(members) for o, members in zip(ones, (2, 2, 1), strict=True)))
    plan = await create_plan(incubation)
    await incubation.deliver(ones[2].ended())
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["codes"]) == (409, ones[2].code)


async def test_approval__too_few_members_by_now_is_outdated(incubation: Incubation) -> None:
    ones = group(1, 2)
    await incubation.deliver(ones[0].state(2), ones[1].state(1))
    plan = await create_plan(incubation)
    await incubation.deliver(ones[0].state(1))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["codes"]) == (409, ", ".join(one.code for one in ones))


async def test_approval__of_a_second_plan_for_the_same_is_outdated(incubation: Incubation) -> None:
    _, _, first = await two_proposals(incubation)
    second = await create_plan(incubation)
    await incubation.post(f"/joint-plans/{first['id']}/approval")
    found = (await incubation.post(f"/joint-plans/{second['id']}/approval")).json()
    assert states(found) == ["outdated", "outdated"]
    assert len(await incubation.emitted(FORMED)) == 2
    assert (await create_plan(incubation))["proposals"] == []


async def test_approval__if_match_and_replay(incubation: Incubation) -> None:
    _, _, plan = await two_proposals(incubation)
    path = f"/joint-plans/{plan['id']}/approval"
    refused = await incubation.post(path, **{"If-Match": '"7"'})
    assert refused.status_code == 412
    key = {"Idempotency-Key": "plan-1", "If-Match": '"2"'}
    first, second = [await incubation.post(path, {"note": "同意"}, **key) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert len(await incubation.emitted(FORMED)) == 2
    making = [await incubation.post("/joint-plans", {"division": "3301"}, **{"Idempotency-Key": "m"}) for _ in "12"]
    assert [response.status_code for response in making] == [202, 202]
    assert making[0].json()["id"] == making[1].json()["id"]


async def test_coverage__follows_what_the_registry_recorded(incubation: Incubation) -> None:
    park, _, plan = await two_proposals(incubation)
    await incubation.post(f"/joint-plans/{plan['id']}/approval")
    before = [case["state"] for case in await incubation.cases()]
    assert before == ["approved"] * 6
    [event] = [e for e in await incubation.emitted(FORMED) if str(park[0].id) in e["data"]["organization_ids"]]
    await incubation.deliver(established("joint", *park, party=event["data"]["party_organization_id"]))
    covered = await incubation.rows("SELECT uscc FROM organizations WHERE coverage = 'joint' ORDER BY uscc")
    assert [row["uscc"] for row in covered] == [one.code for one in park]
    await incubation.deliver(park[0].state(2))
    assert [case["state"] for case in await incubation.cases()] == before, "covered as it is due: no new case"
