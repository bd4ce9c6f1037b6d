"""H7, S4: each level writes its own meetings: neither one below it nor one above does."""

from typing import Any

import httpx
import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation
from tests.incubation.meetings.helpers import BOTH, BUILDING, CITY, HELD, hold, plan, record_hangzhou, recorded

OF = {"city": ("CITY", "330100"), "district": ("XIHU", "330106"), "street": ("CUIYUAN", "330106")}
CALLERS = {
    "city": ("district_officer", ("3301",)),
    "district": ("district_officer", ("330106",)),
    "street": ("street_officer", ("330106",)),
    "province": ("district_officer", ("33",)),
    "street of the city": ("street_officer", ("3301",)),
}


@pytest.fixture(autouse=True)
async def hangzhou(incubation: Incubation) -> None:
    await record_hangzhou(incubation)
    seat = {"role": "lead", "from": "2026-01-01"}
    await incubation.deliver(recorded("LEAD", **CITY, conference=seat))


def headers(token_for: TokenFor, caller: str) -> dict[str, str]:
    role, divisions = CALLERS[caller]
    return {"Authorization": f"Bearer {token_for(role, divisions, caller)}", "Accept-Language": "en"}


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].rpartition(":")[2]


@pytest.mark.parametrize("caller", CALLERS)
async def test_h7_meeting__is_planned_by_its_own_level_alone(
    incubation: Incubation, token_for: TokenFor, caller: str
) -> None:
    """A level below does not reach the division at all; one above, and another role in it, is not of the level."""
    for level, (convenor, division) in OF.items():
        wanted = {"level": level, "convenor": convenor, "planned_on": "2026-03-10", "agenda": BOTH}
        response = await incubation.post("/meetings", wanted, **headers(token_for, caller))
        if caller == level:
            assert response.status_code == 201, response.text
            assert {one["allowed"] for one in response.json()["next_steps"]} == {True}
            continue
        below = division == "330100" and CALLERS[caller][1] == ("330106",)
        assert refusal(response) == (403, "outside-scope" if below else "meeting-of-another-level")
        if not below:
            assert division in response.json()["detail"]
    conference = {"level": "conference", "convenor": "LEAD", "planned_on": "2026-03-10", "agenda": BUILDING}
    led = await incubation.post("/meetings", conference, **headers(token_for, caller))
    assert led.status_code == (201 if caller == "city" else 403)


@pytest.mark.parametrize(("level", "stranger"), [("district", "street"), ("street", "district"), ("district", "city")])
async def test_h7_meeting__is_changed_reported_and_corrected_by_its_own_level_alone(
    incubation: Incubation, token_for: TokenFor, level: str, stranger: str
) -> None:
    convenor = OF[level][0]
    planned = await plan(incubation, level=level, convenor=convenor)
    task = {"what": "摸排", "owner": "CUIYUAN", "due_on": "2026-04-10"}
    meeting = await plan(incubation, level=level, convenor=convenor)
    held = await hold(incubation, meeting, held_on="2026-03-09", resolutions=[task])
    [resolution] = (await incubation.get("/resolutions"))["items"]
    other, own = headers(token_for, stranger), headers(token_for, level)
    day = {"planned_on": "2026-03-11", "agenda": BOTH}
    due = {"due_on": "2026-05-01", "reason": "延期"}
    asked: list[tuple[str, str, Any]] = [
        ("PUT", f"/meetings/{planned['id']}", day),
        ("POST", f"/meetings/{planned['id']}/minutes", HELD),
        ("POST", f"/meetings/{planned['id']}/cancellation", {"reason": "合并"}),
        ("POST", f"/meetings/{held['id']}/correction", {**HELD, "held_on": "2026-03-09", "reason": "更正"}),
        ("POST", f"/meetings/{held['id']}/resolutions", task),
        ("PATCH", f"/resolutions/{resolution['id']}", due),
        ("POST", f"/resolutions/{resolution['id']}/withdrawal", {"reason": "并入"}),
    ]
    for method, path, body in asked:
        refused = await incubation.http.request(method, f"/v1{path}", json=body, headers=other)
        assert refusal(refused) == (403, "meeting-of-another-level"), path
    shown = (await incubation.http.get(f"/v1/meetings/{planned['id']}", headers=other)).json()
    assert {(one["allowed"], one["problem"]) for one in shown["next_steps"]} == {(False, "meeting-of-another-level")}
    steps = (await incubation.http.get(f"/v1/resolutions/{resolution['id']}", headers=other)).json()["next_steps"]
    assert {one["step"] for one in steps if one["allowed"]} == {"completion"}
    # What was resolved is reported as done by whose task it is.
    done = {"completed_on": "2026-03-12"}
    assert (await incubation.post(f"/resolutions/{resolution['id']}/completion", done, **other)).status_code == 200
    again = {"reason": "材料不全"}
    path = f"/resolutions/{resolution['id']}/reopening"
    assert refusal(await incubation.post(path, again, **other)) == (403, "meeting-of-another-level")
    assert (await incubation.post(path, again, **own)).status_code == 200
    for method, path, body in asked[:2] + asked[3:]:
        taken = await incubation.http.request(method, f"/v1{path}", json=body, headers=own)
        assert taken.is_success, taken.text


async def test_s4_next_steps__of_the_citys_resolutions_are_the_citys(
    incubation: Incubation, token_for: TokenFor
) -> None:
    task = {"what": "摸排", "owner": "XIHU", "due_on": "2026-04-10"}
    meeting = await plan(incubation, level="city", convenor="CITY")
    await hold(incubation, meeting, present=["CITY"], resolutions=[task])
    [resolution] = (await incubation.get("/resolutions"))["items"]
    for caller, allowed in (("city", {"change", "completion", "withdrawal"}), ("district", {"completion"})):
        path = f"/v1/resolutions/{resolution['id']}"
        steps = (await incubation.http.get(path, headers=headers(token_for, caller))).json()["next_steps"]
        assert {one["step"] for one in steps if one["allowed"]} == allowed
