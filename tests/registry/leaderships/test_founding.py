"""D9: founding is two acts, by two actors: the approval founds, the approval of the leadership makes it active."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.registry.bodies.helpers import pointers, record_hangzhou
from tests.registry.conftest import registration
from tests.registry.helpers import code, rows
from tests.registry.leaderships.helpers import APPROVED, ELECTED, approve, founded, led, path, report, shown
from tests.registry.party_organizations.helpers import (
    PARTY_EVENTS,
    counts,
    deliver,
    emitted,
    formed,
    organizations,
    reorganized,
)


async def test_d9_the_founding_covers_and_the_leaderships_approval_makes_active(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    party = await founded(app, client)
    first = await shown(client, party)
    assert (first["state"], first["term"], first["secretary_is_head"]) == ("founding", None, None)
    assert (await counts(client))["covered_standalone"] == 1, "coverage counts from the founding"
    reported = await report(client, party, note="选举")
    assert reported.status_code == 201, reported.text
    assert reported.headers["Location"] == path(party, "/1")
    assert (await shown(client, party))["state"] == "founding", "the report alone changes nothing"
    approved = await approve(client, party)
    assert approved.status_code == 200, approved.text
    answered = approved.json()
    assert (answered["state"], answered["term"]) == ("approved", {"since": "2026-04-10", "ends_on": "2029-04-10"})
    assert answered["approval"] == {
        "approved_on": "2026-04-10",
        "approval_number": "杭两新〔2026〕1号",
        "body": "CUIYUAN",
        "term_years": None,
    }
    assert [(step["step"], step["by"]) for step in answered["history"]] == [
        ("report", "tester"),
        ("approval", "hand-approval"),
    ]
    assert [reason["rule"] for reason in answered["reasons"]] == ["R-leadership", "R-term"]
    after = await shown(client, party)
    assert (after["state"], after["secretary_is_head"], after["version"]) == ("active", True, 2)
    assert after["term"] == {"since": "2026-04-10", "ends_on": "2029-04-10", "overdue": False, "reminder": None}
    assert answered["party_organization"]["version"] == 2


async def test_d9_events_carry_state_and_term(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    await led(client, party)
    assert await emitted(app) == [("established", party, 1), ("changed", party, 2)]
    established, changed = [row["data"] for row in await rows(app, PARTY_EVENTS)]
    assert (established["state"], established["term"]) == ("founding", None)
    assert (changed["state"], changed["term"]) == ("active", {"since": "2026-04-10", "ends_on": "2029-04-10"})
    assert [cover["uscc"] for cover in changed["covers"]] == [code(1)]


async def test_d9_who_reported_does_not_approve(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    party = await founded(app, client)
    headers = {"Authorization": f"Bearer {token_for(subject='Zhang')}", "Accept-Language": "en"}
    assert (await client.post(path(party), json=ELECTED, headers=headers)).status_code == 201
    seen = (await client.get(path(party, "/1"), headers=headers)).json()
    assert {step["step"]: (step["allowed"], step["problem"]) for step in seen["next_steps"]} == {
        "approval": (False, "same-hand"),
        "return": (False, "same-hand"),
    }
    headers["Authorization"] = f"Bearer {token_for(subject='ZHANG')}"
    for step, body in (("approval", APPROVED), ("return", {"reason": "核对"})):
        refused = await client.post(path(party, f"/1/{step}"), json=body, headers=headers)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:shuangfu:problem:same-hand")
    assert (await approve(client, party)).status_code == 200


async def test_d9_a_second_report_waits_for_the_first(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    await report(client, party)
    again = await report(client, party)
    assert (again.status_code, again.json()["type"]) == (409, "urn:shuangfu:problem:leadership-pending")
    returned = await client.post(path(party, "/1/return"), json={"reason": "实到人数有误"})
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    assert (await approve(client, party)).status_code == 409, "a returned report is not approved"
    assert (await report(client, party)).json()["number"] == 2
    assert (await approve(client, party, 2)).status_code == 200
    assert (await approve(client, party, 2)).status_code == 409, "nor is one approved twice"
    listed = (await client.get(path(party))).json()["items"]
    assert [(one["number"], one["state"]) for one in listed] == [(1, "returned"), (2, "approved")]


async def test_d9_report_and_approval_in_one_call_record_a_document(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    party = await founded(app, client)
    today = china_day(datetime.now(UTC))
    refused = await report(client, party, approval={**APPROVED, "approved_on": today.isoformat()})
    assert pointers(refused) == ["/approval/approved_on"], "today's approval is somebody else's act"
    clerk = {"Authorization": f"Bearer {token_for('registrar', subject='clerk')}"}
    forbidden = await client.post(path(party), json={**ELECTED, "approval": APPROVED}, headers=clerk)
    assert forbidden.status_code == 403
    yesterday = (today - timedelta(days=1)).isoformat()
    taken = await report(client, party, approval={**APPROVED, "approved_on": yesterday})
    assert taken.status_code == 201, taken.text
    assert (taken.json()["state"], taken.json()["party_organization"]["state"]) == ("approved", "active")
    assert (await shown(client, party))["term"]["since"] == yesterday


@pytest.mark.parametrize("form", ["temporary", "area"])
async def test_d9_what_holds_no_elections_is_active_at_once_and_has_no_term(
    app: FastAPI, client: httpx.AsyncClient, form: str
) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization, form=form)
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    assert (await shown(client, party))["state"] == "active"
    assert pointers(await report(client, party)) == ["/method"]
    counted = await report(client, party, method="appointment")
    assert pointers(counted) == ["/due", "/present", "/candidates", "/elected"]
    nothing = dict.fromkeys(("due", "present", "candidates", "elected"))
    assert (await report(client, party, method="appointment", **nothing)).status_code == 201
    assert pointers(await approve(client, party, term_years=3)) == ["/term_years"]
    assert (await approve(client, party)).json()["term"] is None
    after = await shown(client, party)
    assert (after["state"], after["term"], after["secretary_is_head"]) == ("active", None, True)


async def test_d9_a_branch_that_elects_is_not_appointed(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    assert pointers(await report(client, party, method="appointment")) == ["/method"]


async def test_d9_one_founded_again_elects_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    [organization] = await organizations(client, 1)
    event = formed(organization)
    await deliver(app, event)
    party = str(event.data.party_organization_id)
    await led(client, party)
    await client.put(
        f"/v1/civil-affairs/registrations/{code(1)}",
        json=registration(status="deregistered", as_of="2026-05-01T09:00:00+08:00"),
    )
    ended = await shown(client, party)
    assert (ended["state"], ended["term"]["overdue"]) == ("dissolved", False)
    refused = await report(client, party)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:party-organization-dissolved")
    await client.put(f"/v1/civil-affairs/registrations/{code(1)}", json=registration(as_of="2026-06-01T09:00:00+08:00"))
    await deliver(app, reorganized(event.data.party_organization_id, organization, change="restored", kind="BRANCH"))
    again = await shown(client, party)
    assert (again["state"], again["term"], again["secretary_is_head"]) == ("founding", None, None)
    today = china_day(datetime.now(UTC)).isoformat()
    assert pointers(await report(client, party)) == ["/held_on"], "an election of before does not count"
    assert (await report(client, party, held_on=today)).status_code == 201
    assert (await approve(client, party, 2, approved_on=today)).status_code == 200
    assert (await shown(client, party))["state"] == "active"


async def test_d9_days_are_in_their_order(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    tomorrow = (china_day(datetime.now(UTC)) + timedelta(days=1)).isoformat()
    for held_on in ("2026-03-09", tomorrow):
        assert pointers(await report(client, party, held_on=held_on)) == ["/held_on"]
    assert (await report(client, party, held_on="2026-03-10")).status_code == 201, "on the founding day"
    for approved_on in ("2026-03-09", tomorrow):
        assert pointers(await approve(client, party, approved_on=approved_on)) == ["/approved_on"]
    assert (await approve(client, party, approved_on="2026-03-10")).status_code == 200


async def test_d9_another_division_sees_and_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    party = await founded(app, client)
    await report(client, party)
    stranger = {"Authorization": f"Bearer {token_for(divisions=['3101'])}"}
    for method, rest, body in (
        ("GET", "", None),
        ("GET", "/1", None),
        ("POST", "", ELECTED),
        ("POST", "/1/approval", APPROVED),
    ):
        response = await client.request(method, path(party, rest), json=body, headers=stranger)
        assert response.status_code == 404, (method, rest)


async def test_d9_if_match_names_the_version(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    stale = {"If-Match": '"9"'}
    assert (await client.post(path(party), json=ELECTED, headers=stale)).status_code == 412
    assert (await client.post(path(party), json=ELECTED, headers={"If-Match": '"1"'})).status_code == 201
    assert (await client.post(path(party, "/1/approval"), json=APPROVED, headers=stale)).status_code == 412
    taken = await client.post(path(party, "/1/approval"), json=APPROVED, headers={"If-Match": '"1"'})
    assert (taken.status_code, taken.headers["ETag"]) == (200, '"2"')
