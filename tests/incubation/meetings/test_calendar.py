"""When regular meetings are due (H7, S4): after the last that counts, by the policy's months; and who is reminded."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.incubation.routine.policies import MeetingsPolicy
from shared.db.base import utc_now
from shared.field.calendar import china_day, months_after
from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import body_id
from tests.incubation.conftest import Incubation
from tests.incubation.meetings.helpers import BOTH, CITY, hold, outcomes, plan, record_hangzhou, recorded

TODAY = china_day(utc_now())


@pytest.fixture(autouse=True)
async def hangzhou(incubation: Incubation) -> None:
    await record_hangzhou(incubation)


async def calendar(incubation: Incubation, on: str, division: str = "3301") -> dict[str, Any]:
    found: dict[str, Any] = await incubation.get("/meeting-calendar", division=division, on=on)
    return found


async def entry(incubation: Incubation, on: str, level: str = "district") -> dict[str, Any]:
    [found] = [one for one in (await calendar(incubation, on))["entries"] if one["level"] == level]
    one: dict[str, Any] = found
    return one


async def test_h7_calendar__never_held_is_due_after_the_convenors_first_day(incubation: Incubation) -> None:
    found = await calendar(incubation, "2026-02-01")
    dues = {one["level"]: (one["convenor"]["code"], one["due_on"], one["last_on"]) for one in found["entries"]}
    assert dues == {
        "city": ("CITY", "2026-07-01", None),
        "district": ("XIHU", "2026-04-01", None),
        "street": ("CUIYUAN", "2026-04-01", None),
    }
    assert (found["due"], found["overdue"]) == (3, 0)
    lacking = {(one["level"], one["division"]) for one in found["without_convenor"]}
    assert ("conference", "330100") in lacking
    assert ("district", "330105") in lacking
    assert ("district", "330106") not in lacking


@pytest.mark.parametrize(
    ("on", "standing"),
    [("2026-05-26", "in_time"), ("2026-05-27", "soon"), ("2026-06-10", "soon"), ("2026-06-11", "overdue")],
)
async def test_h7_calendar__three_months_after_the_last_that_counts(
    incubation: Incubation, on: str, standing: str
) -> None:
    await hold(incubation)
    await hold(incubation, await plan(incubation), held_on="2026-04-20", agenda=BOTH[:1])
    found = await entry(incubation, on)
    assert (found["last_on"], found["due_on"], found["standing"]) == ("2026-03-10", "2026-06-10", standing)
    assert outcomes(found) == [("H7", standing)]
    assert found["reasons"][0]["facts"]["policy"] == "default-meetings"


async def test_h7_calendar__a_street_has_its_own_and_a_day_looks_back(incubation: Incubation) -> None:
    await hold(incubation)
    assert (await entry(incubation, "2026-03-09"))["last_on"] is None
    assert (await entry(incubation, "2026-06-01", "street"))["last_on"] is None
    await plan(incubation, planned_on="2026-06-20")
    assert (await entry(incubation, "2026-06-01"))["planned_on"] == "2026-06-20"
    assert (await entry(incubation, "2026-06-21"))["planned_on"] is None


async def test_h7_calendar__a_successor_goes_on_where_the_convenor_ended(incubation: Incubation) -> None:
    await hold(incubation)
    await incubation.deliver(
        recorded("XIHU", 2, until="2026-04-01"),
        recorded("XIHU-SWD", kind="social_work_department", **{"from": "2026-04-01"}),
    )
    found = await entry(incubation, "2026-04-02")
    assert (found["convenor"]["code"], found["due_on"]) == ("XIHU-SWD", "2026-06-10")


async def test_h7_calendar__of_one_convenor(incubation: Incubation, token_for: TokenFor) -> None:
    await incubation.deliver(recorded("CITY", 2, **CITY, conference={"role": "lead", "from": "2026-02-01"}))
    found = await incubation.get(f"/meeting-calendar/{body_id('CITY')}", on="2026-03-01")
    assert [(one["level"], one["due_on"]) for one in found["entries"]] == [
        ("city", "2026-07-01"),
        ("conference", "2026-07-01"),
    ]
    district = {"Authorization": f"Bearer {token_for('district_officer', ('330106',))}"}
    hidden = await incubation.http.get(f"/v1/meeting-calendar/{body_id('CITY')}", headers=district)
    assert hidden.status_code == 404
    own = await incubation.http.get("/v1/meeting-calendar?division=330106", headers=district)
    assert {one["convenor"]["code"] for one in own.json()["entries"]} == {"XIHU", "CUIYUAN"}


async def test_h7_policy__no_meeting_is_due_where_the_region_says_none(incubation: Incubation) -> None:
    [default] = incubation.app.state.meetings.policies
    parameters: MeetingsPolicy = default.parameters
    rounds = tuple(one.model_copy(update={"months": None}) for one in parameters.rounds)
    other = replace(default, id="none", region="3301", parameters=parameters.model_copy(update={"rounds": rounds}))
    incubation.app.state.meetings = PolicyBook([default, other])
    found = await calendar(incubation, "2026-12-01")
    assert {one["standing"] for one in found["entries"]} == {"none_due"}
    assert (found["due"], found["overdue"], found["without_convenor"]) == (0, 0, [])
    tasks = await incubation.get("/tasks", kind="district_meeting.due")
    assert tasks["items"] == []


def recent(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


async def due_tasks(incubation: Incubation, **query: str) -> dict[str, dict[str, Any]]:
    items = (await incubation.get("/tasks", limit=500, **query))["items"]
    return {one["kind"]: one for one in items}


async def test_h7_tasks__agree_with_the_calendar(incubation: Incubation) -> None:
    lead = {"role": "lead", "from": "2026-01-01"}
    await incubation.deliver(recorded("CITY", 2, **CITY, conference=lead), recorded("CITY2", **CITY))
    await hold(incubation, await plan(incubation, level="city", convenor="CITY"), present=["CITY"], held_on=recent(5))
    found = await due_tasks(incubation)
    entries = (await calendar(incubation, TODAY.isoformat()))["entries"]
    expected = {
        f"{'joint_conference' if one['level'] == 'conference' else one['level'] + '_meeting'}.due": (
            one["convenor"]["id"],
            one["convenor"]["name"],
            one["due_on"],
            one["standing"] == "overdue",
        )
        for one in entries
        if one["standing"] in ("soon", "overdue")
    }
    given = {
        kind: (one["subject"]["id"], one["subject"]["name"], one["due_on"], one["overdue"])
        for kind, one in found.items()
    }
    assert given == expected
    assert set(given) == {"district_meeting.due", "street_meeting.due", "joint_conference.due"}
    assert found["street_meeting.due"]["waits_for"] == "street_officer"
    link = found["district_meeting.due"]["link"].removeprefix("/incubation/v1")
    assert (await incubation.get(link))["convenor"]["code"] == "XIHU"


async def test_h7_tasks__reminder_begins_by_the_policys_days(incubation: Incubation) -> None:
    # Not every day is three months after another.
    far = max(day for back in range(70, 95) if months_after(day := TODAY - timedelta(back), 3) <= TODAY + timedelta(14))
    await hold(incubation, held_on=far.isoformat())
    found = (await due_tasks(incubation))["district_meeting.due"]
    assert (found["due_on"], found["overdue"]) == (months_after(far, 3).isoformat(), False)
    await hold(incubation, await plan(incubation), held_on=(far + timedelta(2)).isoformat())
    assert "district_meeting.due" not in await due_tasks(incubation)


async def test_h7_tasks__a_district_is_not_asked_for_the_citys_meeting(
    incubation: Incubation, token_for: TokenFor
) -> None:
    district = {"Authorization": f"Bearer {token_for('district_officer', ('330106',))}"}
    found = (await incubation.http.get("/v1/tasks", headers=district)).json()
    assert {one["kind"] for one in found["items"]} == {"district_meeting.due", "street_meeting.due"}


async def test_h7_tasks__minutes_and_resolutions_wait_for_their_owners(incubation: Incubation) -> None:
    await plan(incubation, planned_on=recent(1))
    task = {"what": "摸排", "owner": "CUIYUAN", "due_on": recent(1)}
    own = {"what": "汇总", "owner": "XIHU", "due_on": TODAY.isoformat()}
    await hold(incubation, held_on=recent(20), resolutions=[task, own])
    found = await due_tasks(incubation)
    assert (found["meeting.minutes"]["overdue"], found["meeting.minutes"]["waits_for"]) == (True, "district_officer")
    street = found["street_resolution.completion"]
    assert (street["subject"]["name"], street["overdue"], street["waits_for"]) == ("摸排", True, "street_officer")
    assert (street["body"]["code"], found["resolution.completion"]["body"]["code"]) == ("CUIYUAN", "XIHU")
    assert found["meeting.minutes"]["body"] is None
    assert (found["resolution.completion"]["overdue"], found["resolution.completion"]["due_on"]) == (
        False,
        TODAY.isoformat(),
    )
    done = {"completed_on": TODAY.isoformat()}
    link = street["link"].removeprefix("/incubation/v1")
    assert (await incubation.post(f"{link}/completion", done)).status_code == 200
    assert "street_resolution.completion" not in await due_tasks(incubation)
