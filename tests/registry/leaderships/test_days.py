"""D9: days at the end of the calendar, and days that a correction leaves out, are answered and change nothing."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from shared.field.calendar import LIBRARY_ONLY, china_day
from tests.registry.bodies.helpers import pointers, record_hangzhou
from tests.registry.helpers import code, put
from tests.registry.leaderships.helpers import approve, founded, led, path, report, shown
from tests.registry.party_organizations.helpers import deliver, formed

TODAY = china_day(datetime.now(UTC))
FRIDAY = TODAY + timedelta(days=(4 - TODAY.weekday()) % 7)


async def test_d9_an_approval_at_the_end_of_the_calendar_is_refused(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    await report(client, party)
    for day in ("9998-01-01", "9999-12-31"):
        assert pointers(await approve(client, party, approved_on=day)) == ["/approved_on"]
    recorded = {"approved_on": "9998-01-01", "approval_number": "杭两新〔2026〕1号"}
    other = await founded(app, client, 2)
    assert set(pointers(await report(client, other, approval=recorded))) == {"/approval/approved_on"}
    assert (await shown(client, party))["state"] == "founding"


async def test_d9_a_correction_to_the_end_of_the_calendar_is_refused(app: FastAPI, client: httpx.AsyncClient) -> None:
    party = await founded(app, client)
    await led(client, party)
    wrong = {"approved_on": "9998-01-01", "reason": "误录"}
    assert pointers(await client.post(path(party, "/1/correction"), json=wrong)) == ["/approved_on"]


async def test_d9_a_correction_takes_no_day_away(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Every leadership has its days: null is no other one."""
    party = await founded(app, client)
    before = await led(client, party)
    fixed = {"held_on": None, "approved_on": None, "secretary_is_head": False, "reason": "误录"}
    answered = await client.post(path(party, "/1/correction"), json=fixed)
    assert answered.status_code == 200, answered.text
    after = answered.json()
    assert (after["held_on"], after["approval"], after["term"]) == (
        before["held_on"],
        before["approval"],
        before["term"],
    )
    assert after["secretary_is_head"] is False


@pytest.mark.parametrize("due", [FRIDAY + timedelta(days=days) for days in range(4)])
async def test_d9_a_first_election_due_on_a_rest_day_is_due_on_the_next_working_day(
    app: FastAPI, client: httpx.AsyncClient, due: date
) -> None:
    await record_hangzhou(client)
    organization = (await put(client, code(1), registered_on="2017-01-01")).json()["id"]
    await deliver(app, formed(organization, formed_on=due - timedelta(days=90)))
    [task] = (await client.get("/v1/tasks", params={"kind": "leadership.first_election"})).json()["items"]
    assert task["due_on"] == LIBRARY_ONLY.due_date(due, 0).isoformat()
    assert task["body"] == {"code": "CUIYUAN", "name": "翠苑街道党工委"}


async def test_d9_an_approval_waits_for_the_body_that_the_party_organization_belongs_to(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await record_hangzhou(client)
    await report(client, await founded(app, client))
    [task] = (await client.get("/v1/tasks", params={"kind": "leadership.approval"})).json()["items"]
    assert task["body"] == {"code": "CUIYUAN", "name": "翠苑街道党工委"}
    assert task["due_on"] == LIBRARY_ONLY.due_date(TODAY, 30).isoformat()
