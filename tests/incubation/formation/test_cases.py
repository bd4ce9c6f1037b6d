"""The superior Party organization's worklist: approval and deferral."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from services.incubation.formation.actions import approve_case
from services.incubation.formation.superiors.rules import Acting
from shared.field.calendar import china_day
from tests.conftest import SYSTEM
from tests.incubation.conftest import FAR, PLANNED, Incubation, Organization
from tests.running.databases import WAITING

FORMED = "party_organization.formed"


async def test_approval__standalone_forms_a_party_organization(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(60))
    case = await incubation.case(organization)
    response = await incubation.post(f"/formation-cases/{case['id']}/approval", {"note": "同意"})
    approved = response.json()
    assert (response.status_code, response.headers["etag"]) == (200, '"2"')
    assert (approved["state"], approved["note"], approved["version"]) == ("approved", "同意", 2)
    assert approved["decided_at"] is not None
    assert await incubation.get(f"/formation-cases/{case['id']}") == approved
    [event] = await incubation.emitted(FORMED)
    data = event["data"]
    assert (event["subject"], event["sequence"], event["key"]) == (
        approved["party_organization_id"],
        1,
        str(organization.id),
    )
    assert data["party_organization_id"] == approved["party_organization_id"]
    assert (data["name"], data["kind"], data["form"]) == ("中共示例组织1总支部", "GENERAL", "standalone")
    assert (data["organization_ids"], data["division"]) == ([str(organization.id)], "330106")
    assert (data["decided_by"], data["decision_id"]) == ("formation_case", case["id"])
    assert data["formed_on"] == china_day(datetime.now(UTC)).isoformat()
    checks = await incubation.get("/formation-checks", organization=organization.code)
    assert data["reasons"][:-1] == [{k: v for k, v in one.items() if k != "text"} for one in checks["reasons"]]
    assert data["reasons"][-1]["rule"] == "R-body-above"


async def test_approval__twice_is_409_and_forms_one(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    approved = await incubation.approve(organization)
    path = f"/formation-cases/{approved['id']}"
    for step in ("approval", "deferral"):
        again = await incubation.post(f"{path}/{step}")
        assert (again.status_code, again.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")
        assert (again.json()["state"], again.json()["action"]) == ("approved", step)
    assert await incubation.get(path) == approved
    assert len(await incubation.emitted(FORMED)) == 1


async def test_approval__many_at_once_form_one(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    responses = await asyncio.gather(*(incubation.post(f"/formation-cases/{case['id']}/approval") for _ in range(6)))
    assert sorted(response.status_code for response in responses) == [200] + [409] * 5
    assert len(await incubation.emitted(FORMED)) == 1


async def test_s13_a_joint_case_needs_a_plan(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(2))
    case = await incubation.case(organization)
    response = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:joint-case-needs-plan")
    assert await incubation.case(organization) == case
    assert await incubation.emitted(FORMED) == []


async def test_approval__of_an_ended_organization_is_409(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    await incubation.execute("UPDATE organizations SET status = 'deregistered'")
    response = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:organization-ended")
    await incubation.deliver(organization.ended())
    response = await incubation.post(f"/formation-cases/{case['id']}/approval")
    assert (response.status_code, response.json()["state"]) == (409, "closed")


async def test_deferral__notes_why_and_until_when_and_can_be_approved_later(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    path = f"/formation-cases/{case['id']}"
    first = await incubation.post(f"{path}/deferral", PLANNED)
    assert (first.status_code, first.json()["state"]) == (200, "deferred")
    assert (first.json()["deferred_until"], first.json()["note"]) == (PLANNED["until"], None)
    later = (FAR + timedelta(1)).isoformat()
    second = await incubation.post(f"{path}/deferral", {**PLANNED, "note": "班子未定", "until": later})
    found = second.json()
    assert (found["state"], found["note"], found["deferred_until"]) == ("deferred", "班子未定", later)
    assert await incubation.cases(state="deferred") == [found]
    assert await incubation.emitted("party_organization%") == []
    assert (await incubation.approve(organization))["state"] == "approved"


async def test_decision__wrong_bodies_and_unknown_cases(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    path = f"/formation-cases/{case['id']}"
    for step, body, pointer in (
        ("approval", {"remark": "x"}, "/remark"),
        ("approval", {"note": 1}, "/note"),
        ("deferral", {"until": "soon"}, "/until"),
        ("approval", {"note": "a\0b"}, "/note"),
    ):
        response = await incubation.post(f"{path}/{step}", body)
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, pointer), body
    assert await incubation.case(organization) == case
    for step in ("approval", "deferral"):
        assert (await incubation.post(f"/formation-cases/{uuid4()}/{step}")).status_code == 404
        assert (await incubation.post(f"/formation-cases/1/{step}")).status_code == 422
    assert (await incubation.http.get(f"/v1/formation-cases/{uuid4()}")).status_code == 404


async def test_decision__if_match_of_another_version_is_412(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    seen = (await incubation.http.get(f"/v1/formation-cases/{case['id']}")).headers["etag"]
    await incubation.deliver(organization.state(4))
    for step in ("approval", "deferral"):
        refused = await incubation.post(f"/formation-cases/{case['id']}/{step}", **{"If-Match": seen})
        assert (refused.status_code, refused.json()["type"]) == (412, "urn:shuangfu:problem:precondition-failed")
        assert refused.json()["current"] == 2
    assert (await incubation.case(organization))["state"] == "open"
    for tags in ('"1", "2"', "*"):
        taken = await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED, **{"If-Match": tags})
        assert taken.status_code == 200, tags


async def test_decision__the_same_key_replays_the_answer(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case = await incubation.case(organization)
    path = f"/formation-cases/{case['id']}/approval"
    key = {"Idempotency-Key": "approval-1"}
    first = await incubation.post(path, {"note": "同意"}, **key)
    second = await incubation.post(path, {"note": "同意"}, **key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert (second.headers["etag"], second.headers["idempotent-replayed"]) == (first.headers["etag"], "true")
    assert "idempotent-replayed" not in first.headers
    other = await incubation.post(path, {"note": "不同意"}, **key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:shuangfu:problem:idempotency-key-reused")
    elsewhere = await incubation.post(f"/formation-cases/{uuid4()}/approval", {"note": "同意"}, **key)
    assert elsewhere.status_code == 422
    assert len(await incubation.emitted(FORMED)) == 1


async def test_approval__and_news_of_the_organization_wait_in_one_order(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(3))
    case_id = UUID((await incubation.case(organization))["id"])
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        # Who decides holds the case first, and then writes what is audited.
        await tx.execute(text("SELECT FROM formation_cases WHERE id = :id FOR UPDATE"), {"id": case_id})
        news = asyncio.create_task(incubation.deliver(organization.state(4)))
        async with asyncio.timeout(10):
            while not await incubation.rows(WAITING):  # noqa: ASYNC110 - the server's doing
                await asyncio.sleep(0.02)
        policies = incubation.app.state.policies
        await approve_case(tx, case_id, note=None, if_match=None, acting=Acting(SYSTEM), policies=policies)
    await news
    [_, after] = await incubation.cases(organization=str(organization.id))
    assert after["state"] == "open"
