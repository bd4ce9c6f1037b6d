"""What meetings resolve: owners, days, and the steps until it is done (H7)."""

from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation
from tests.incubation.meetings.helpers import CITY, HELD, STREET, hold, plan, record_hangzhou, recorded
from tests.registry.bodies.helpers import pointers

TASK = {"what": "完成翠苑街道社会组织摸排", "owner": "CUIYUAN", "due_on": "2026-04-10"}


@pytest.fixture(autouse=True)
async def hangzhou(incubation: Incubation) -> None:
    await record_hangzhou(incubation)


async def resolved(incubation: Incubation, **changes: Any) -> dict[str, Any]:
    """The one resolution of a meeting that was held."""
    meeting = await hold(incubation, resolutions=[{**TASK, **changes}])
    [found] = (await incubation.get("/resolutions", meeting=meeting["id"]))["items"]
    one: dict[str, Any] = found
    return one


async def take(incubation: Incubation, one: dict[str, Any], step: str, body: Any, **headers: str) -> Any:
    return await incubation.post(f"/resolutions/{one['id']}/{step}", body, **headers)


async def test_h7_resolution__is_a_task_with_owner_and_day(incubation: Incubation) -> None:
    one = await resolved(incubation)
    assert (one["owner"], one["owner_level"], one["due_on"], one["state"]) == (
        "CUIYUAN",
        "street",
        "2026-04-10",
        "open",
    )
    assert (one["overdue"], one["resolved_on"], one["number"]) == (True, "2026-03-10", 1)
    more = await incubation.post(f"/meetings/{one['meeting_id']}/resolutions", {**TASK, "owner": "XIHU"})
    assert (more.status_code, more.json()["number"]) == (201, 2)
    done = await take(incubation, one, "completion", {"completed_on": "2026-04-12", "note": "已完成"})
    assert (done.json()["state"], done.json()["overdue"]) == ("completed", False)
    late = await incubation.get("/resolutions", overdue="true")
    assert [found["number"] for found in late["items"]] == [2]
    assert [found["number"] for found in (await incubation.get("/resolutions", owner="CUIYUAN"))["items"]] == [1]


async def test_h7_resolution__minutes_with_a_bad_one_save_nothing(incubation: Incubation) -> None:
    meeting = await plan(incubation)
    good = {**TASK, "due_on": "2026-03-10"}
    bad = [good, {**TASK, "owner": "CITY"}, {**TASK, "owner": "NOBODY"}, {**TASK, "due_on": "2026-03-09"}]
    refused = await incubation.post(f"/meetings/{meeting['id']}/minutes", {**HELD, "resolutions": bad})
    assert pointers(refused) == ["/resolutions/1/owner", "/resolutions/2/owner", "/resolutions/3/due_on"]
    assert (await incubation.get(f"/meetings/{meeting['id']}"))["state"] == "planned"
    assert (await incubation.get("/resolutions"))["items"] == []
    early = await incubation.post(f"/meetings/{meeting['id']}/resolutions", TASK)
    assert (early.status_code, early.json()["type"]) == (409, "urn:shuangfu:problem:meeting-not-held")


async def test_h7_resolution__of_the_city_is_its_districts_to_do_and_the_citys_to_change(
    incubation: Incubation, token_for: TokenFor
) -> None:
    planned = await plan(incubation, level="city", convenor="CITY")
    meeting = await hold(incubation, planned, present=["CITY"], resolutions=[{**TASK, "owner": "XIHU"}])
    district = {"Authorization": f"Bearer {token_for('district_officer', ('330106',), subject='区')}"}
    listed = await incubation.http.get("/v1/resolutions", headers=district)
    [one] = listed.json()["items"]
    assert (one["division"], one["level"], one["meeting_id"]) == ("330106", "city", meeting["id"])
    assert (await incubation.http.get(f"/v1/meetings/{meeting['id']}", headers=district)).status_code == 404
    url = f"/v1/resolutions/{one['id']}"
    for step in ("withdrawal", "reopening"):
        refused = await incubation.http.post(f"{url}/{step}", json={"reason": "不办"}, headers=district)
        assert refused.status_code in (404, 409), refused.text
    moved = await incubation.http.patch(url, json={"due_on": "2027-01-01", "reason": "推迟"}, headers=district)
    assert moved.status_code == 404
    done = await incubation.http.post(f"{url}/completion", json={"completed_on": "2026-04-01"}, headers=district)
    assert done.json()["state"] == "completed"
    reopened = await take(incubation, one, "reopening", {"reason": "材料不全"})
    assert (reopened.json()["state"], reopened.json()["completed_on"]) == ("open", None)


async def test_h7_resolution__changes_owner_and_day_with_a_reason(incubation: Incubation) -> None:
    one = await resolved(incubation)
    url = f"/v1/resolutions/{one['id']}"
    changed = await incubation.http.patch(url, json={"owner": "XIHU", "due_on": "2026-05-01", "reason": "改由区级承办"})
    found = changed.json()
    assert (found["owner"], found["owner_level"], found["due_on"]) == ("XIHU", "district", "2026-05-01")
    assert found["history"][-1] | {"at": None} == {
        "step": "change",
        "at": None,
        "by": found["history"][-1]["by"],
        "note": "改由区级承办",
    }
    early = await incubation.http.patch(url, json={"due_on": "2026-03-01", "reason": "x"})
    assert pointers(early) == ["/due_on"]
    await incubation.deliver(recorded("CUIYUAN", 2, **STREET, until="2026-06-01"))
    ended = await incubation.http.patch(url, json={"owner": "CUIYUAN", "reason": "x"})
    assert pointers(ended) == ["/owner"]


async def test_h7_resolution__is_done_once_not_before_it_was_resolved_nor_tomorrow(incubation: Incubation) -> None:
    one = await resolved(incubation)
    for day in ("2026-03-09", "2999-01-01"):
        assert pointers(await take(incubation, one, "completion", {"completed_on": day})) == ["/completed_on"]
    stale = await take(incubation, one, "completion", {"completed_on": "2026-03-10"}, **{"If-Match": '"9"'})
    assert stale.status_code == 412
    assert (await take(incubation, one, "completion", {"completed_on": "2026-03-10"})).status_code == 200
    for step, body in (("completion", {"completed_on": "2026-03-10"}), ("withdrawal", {"reason": "x"})):
        assert (await take(incubation, one, step, body)).status_code == 409


async def test_h7_resolution__keeps_its_day_when_the_meeting_is_corrected(incubation: Incubation) -> None:
    one = await resolved(incubation)
    url = f"/meetings/{one['meeting_id']}/correction"
    corrected = {**HELD, "reason": "日期有误"}
    late = await incubation.post(url, {**corrected, "held_on": "2026-04-11"})
    assert pointers(late) == ["/held_on"]
    assert (await incubation.get(f"/resolutions/{one['id']}"))["resolved_on"] == "2026-03-10"
    assert (await incubation.post(url, {**corrected, "held_on": "2026-04-10"})).status_code == 200
    moved = await incubation.get(f"/resolutions/{one['id']}")
    assert (moved["resolved_on"], moved["version"]) == ("2026-04-10", 2)
    assert (await incubation.post(url, {**corrected, "held_on": "2026-04-10"})).status_code == 200
    assert (await incubation.get(f"/resolutions/{one['id']}"))["version"] == 2, "nothing changed"


async def test_h7_resolution__withdrawn_may_be_taken_up_again(incubation: Incubation) -> None:
    await incubation.deliver(recorded("OTHER", **CITY, kind="department_party_organization"))
    one = await resolved(incubation)
    withdrawn = await take(incubation, one, "withdrawal", {"reason": "并入全市摸排"})
    assert withdrawn.json()["state"] == "withdrawn"
    again = await take(incubation, one, "reopening", {"reason": "仍须单独摸排"})
    assert [step["step"] for step in again.json()["history"]] == ["recording", "withdrawal", "reopening"]
