"""D9: days at the end of the calendar, and days that a correction leaves out, are answered and change nothing."""

import httpx
from fastapi import FastAPI

from tests.registry.bodies.helpers import pointers
from tests.registry.leaderships.helpers import approve, founded, led, path, report, shown


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
