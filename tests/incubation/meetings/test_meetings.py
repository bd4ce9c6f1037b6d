"""Regular meetings of three levels and the joint conference (H7, S4): planned, held, corrected, cancelled."""

from typing import Any

import pytest

from tests.incubation.conftest import Incubation
from tests.incubation.meetings.helpers import BOTH, BUILDING, CITY, HELD, STREET, hold, outcomes, plan, record_hangzhou
from tests.incubation.meetings.helpers import recorded as body
from tests.registry.bodies.helpers import pointers

ORGANIZATIONS, PARTY_ORGANIZATIONS = ([one] for one in BOTH)


@pytest.fixture(autouse=True)
async def hangzhou(incubation: Incubation) -> None:
    await record_hangzhou(incubation)


async def test_h7_meeting__of_each_level_stands_where_its_convenor_does(incubation: Incubation) -> None:
    city = await plan(incubation, level="city", convenor="CITY")
    district = await plan(incubation)
    street = await plan(incubation, level="street", convenor="CUIYUAN")
    places = [(one["division"], one["street"]) for one in (city, district, street)]
    assert places == [("330100", None), ("330106", None), ("330106", "翠苑街道")]
    assert [one["state"] for one in (city, district, street)] == ["planned"] * 3
    listed = await incubation.get("/meetings", level="street")
    assert [one["id"] for one in listed["items"]] == [street["id"]]
    assert (await incubation.get(f"/meetings/{city['id']}"))["policy"] == "default-meetings"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"convenor": "NOBODY"}, "/convenor"),
        ({"planned_on": "2025-12-31"}, "/convenor"),
        ({"level": "city"}, "/convenor"),
        ({"level": "street", "convenor": "XIHU"}, "/convenor"),
        ({"level": "conference", "agenda": BUILDING}, "/convenor"),
        ({"agenda": []}, "/agenda"),
        ({"agenda": [{"topic": "gossip", "title": "x"}]}, "/agenda/0/topic"),
        ({"agenda": [{"topic": "other", "title": "联系人 110101199003070038"}]}, "/agenda/0/title"),
    ],
)
async def test_h7_meeting__that_nobody_convenes_so_is_refused(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    wanted = {"level": "district", "convenor": "XIHU", "planned_on": "2026-03-10", "agenda": BOTH, **changes}
    assert pointers(await incubation.post("/meetings", wanted)) == [pointer]
    assert (await incubation.get("/meetings"))["items"] == []


async def test_h7_minutes__count_with_both_topics_and_not_with_one(incubation: Incubation) -> None:
    both = await hold(incubation)
    assert (both["state"], both["counts"], outcomes(both)) == ("held", True, [("H7", "counts")])
    one = await hold(incubation, await plan(incubation), held_on="2026-03-11", agenda=ORGANIZATIONS)
    assert (one["counts"], outcomes(one)) == (False, [("H7", "topic_missing")])
    assert one["reasons"][0]["facts"]["missing"] == ["party_organizations"]
    assert one["reasons"][0]["text"]
    counting = await incubation.get("/meetings", counts="true")
    assert [found["id"] for found in counting["items"]] == [both["id"]]


async def test_h7_minutes__are_recorded_once_and_name_bodies_that_exist(incubation: Incubation) -> None:
    meeting = await plan(incubation)
    url = f"/meetings/{meeting['id']}/minutes"
    for changes, pointer in (
        ({"held_on": "2999-01-01"}, "/held_on"),
        ({"present": ["XIHU", "NOBODY"]}, "/present/1"),
        ({"present": ["XIHU", "CUIYUAN", "XIHU"]}, "/present/2"),
        ({"held_on": "2025-12-31"}, "/present/0"),
    ):
        assert pointers(await incubation.post(url, {**HELD, **changes})) == [pointer]
    stale = await incubation.post(url, HELD, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    assert (await incubation.post(url, HELD, **{"If-Match": '"1"'})).status_code == 200
    again = await incubation.post(url, HELD)
    assert again.status_code == 409
    assert again.json()["type"].endswith("illegal-transition")


async def test_h7_minutes__of_a_bodys_meeting_are_of_one_on_a_day(incubation: Incubation) -> None:
    first, second = await plan(incubation), await plan(incubation)
    await hold(incubation, first)
    url = f"/meetings/{second['id']}/minutes"
    assert pointers(await incubation.post(url, HELD)) == ["/held_on"]
    assert (await incubation.post(url, {**HELD, "held_on": "2026-03-11"})).status_code == 200
    moved = {**HELD, "reason": "日期有误"}
    assert pointers(await incubation.post(f"/meetings/{second['id']}/correction", moved)) == ["/held_on"]
    assert (await incubation.post(f"/meetings/{first['id']}/correction", moved)).status_code == 200
    # A meeting of another level, or of another body, is another one.
    street = await plan(incubation, level="street", convenor="CUIYUAN")
    assert (await incubation.post(f"/meetings/{street['id']}/minutes", HELD)).status_code == 200


async def test_h7_correction__decides_again_whether_it_counts(incubation: Incubation) -> None:
    held = await hold(incubation, agenda=ORGANIZATIONS)
    corrected = {**HELD, "held_on": "2026-03-09", "reason": "纪要漏记第二项议题"}
    response = await incubation.post(f"/meetings/{held['id']}/correction", corrected)
    found = response.json()
    assert (response.status_code, found["counts"], found["held_on"]) == (200, True, "2026-03-09")
    assert [one["step"] for one in found["history"]] == ["planning", "minutes", "correction"]
    assert found["history"][-1]["note"] == "纪要漏记第二项议题"
    planned = await plan(incubation)
    assert (await incubation.post(f"/meetings/{planned['id']}/correction", corrected)).status_code == 409


async def test_h7_plan__changes_until_it_is_held_or_cancelled(incubation: Incubation) -> None:
    meeting = await plan(incubation)
    other = {"planned_on": "2026-03-20", "agenda": ORGANIZATIONS}
    moved = await incubation.http.put(f"/v1/meetings/{meeting['id']}", json=other)
    assert (moved.status_code, moved.json()["planned_on"], moved.headers["ETag"]) == (200, "2026-03-20", '"2"')
    early = await incubation.http.put(f"/v1/meetings/{meeting['id']}", json={**other, "planned_on": "2025-12-31"})
    assert pointers(early) == ["/planned_on"]
    cancelled = await incubation.post(f"/meetings/{meeting['id']}/cancellation", {"reason": "与市级例会合并"})
    assert cancelled.json()["state"] == "cancelled"
    assert cancelled.json()["next_steps"] == []
    for path, body_ in (("minutes", HELD), ("cancellation", {"reason": "x"})):
        assert (await incubation.post(f"/meetings/{meeting['id']}/{path}", body_)).status_code == 409


async def test_h7_meeting__once_with_a_key(incubation: Incubation) -> None:
    wanted = {"level": "district", "convenor": "XIHU", "planned_on": "2026-03-10", "agenda": BOTH}
    first, second = [await incubation.post("/meetings", wanted, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    assert len((await incubation.get("/meetings"))["items"]) == 1


SEAT = {"role": "member", "from": "2026-01-01"}


async def conference(incubation: Incubation, members: int) -> list[str]:
    """A lead and `members` members; the codes of all."""
    lead = body("LEAD", **CITY, kind="organization_department", conference={**SEAT, "role": "lead"})
    codes = [f"M{number}" for number in range(members)]
    others = [body(code, **CITY, kind="department_party_organization", conference=SEAT) for code in codes]
    await incubation.deliver(lead, *others)
    return ["LEAD", *codes]


async def test_s4_conference__counts_with_its_lead_and_its_topic(incubation: Incubation) -> None:
    codes = await conference(incubation, 11)
    wanted = {"level": "conference", "convenor": "LEAD", "agenda": BUILDING}
    found = await hold(incubation, await plan(incubation, **wanted), agenda=BUILDING, present=codes)
    assert (found["counts"], outcomes(found)) == (True, [("S4", "counts"), ("S4", "complete")])
    assert found["reasons"][1]["facts"]["present"] == 12
    led = await hold(
        incubation, await plan(incubation, **wanted), agenda=BUILDING, present=codes[1:], held_on="2026-03-11"
    )
    assert (led["counts"], outcomes(led)[1]) == (False, ("S4", "lead_absent"))
    off = await hold(incubation, await plan(incubation, **wanted), agenda=BOTH, present=codes, held_on="2026-03-12")
    assert (off["counts"], outcomes(off)[0]) == (False, ("S4", "topic_missing"))


async def test_s4_conference__of_eleven_bodies_counts_and_is_named_too_small(incubation: Incubation) -> None:
    codes = await conference(incubation, 10)
    wanted = {"level": "conference", "convenor": "LEAD", "agenda": BUILDING}
    found = await hold(incubation, await plan(incubation, **wanted), agenda=BUILDING, present=codes)
    assert (found["counts"], outcomes(found)[1]) == (True, ("S4", "few_bodies"))
    assert found["reasons"][1]["facts"]["seated"] == 11


async def test_s4_conference__is_convened_by_its_lead_of_the_day(incubation: Incubation) -> None:
    await conference(incubation, 1)
    member = {"level": "conference", "convenor": "M0", "planned_on": "2026-03-10", "agenda": BUILDING}
    assert pointers(await incubation.post("/meetings", member)) == ["/convenor"]
    ended = {**SEAT, "role": "lead", "until": "2026-03-10"}
    await incubation.deliver(body("LEAD", 2, **CITY, kind="organization_department", conference=ended))
    late = await incubation.post("/meetings", {**member, "convenor": "LEAD"})
    assert pointers(late) == ["/convenor"]
    planned = await incubation.post("/meetings", {**member, "convenor": "LEAD", "planned_on": "2026-03-09"})
    assert planned.status_code == 201
    # Nor may it be moved to such a day.
    url, day = f"/v1/meetings/{planned.json()['id']}", {"agenda": BUILDING}
    assert pointers(await incubation.http.put(url, json={**day, "planned_on": "2026-03-10"})) == ["/planned_on"]
    assert (await incubation.http.put(url, json={**day, "planned_on": "2026-03-08"})).status_code == 200


async def test_bodies__older_news_changes_nothing(incubation: Incubation) -> None:
    await incubation.deliver(body("CUIYUAN", 3, **{**STREET, "street": "北山街道"}))
    await incubation.deliver(body("CUIYUAN", 2, **STREET), body("XIHU", 1, until="2026-02-01"))
    rows = await incubation.rows("SELECT code, street, until, sequence FROM bodies ORDER BY code")
    found = [(row["code"], row["street"], row["until"], row["sequence"]) for row in rows]
    assert found == [("CITY", None, None, 1), ("CUIYUAN", "北山街道", None, 3), ("XIHU", None, None, 1)]
