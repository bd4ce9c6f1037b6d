"""D7: whom a round is for, who opens it, who sees it, what waits."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.conftest import TokenFor
from tests.registry.helpers import all_items, code, put
from tests.registry.surveys.helpers import (
    COUNTS,
    PATH,
    enter,
    lock,
    open_round,
    pointers,
    read,
    register,
    slug,
    step,
)

NONE = {"due": 0, "missing": 0, "entered": 0, "confirmed": 0, "jump": 0}


async def test_d7_opening__one_round_of_a_period_whatever_lies_in_it(client: httpx.AsyncClient) -> None:
    opened = await open_round(client, due_on="2026-07-20")
    assert (opened["reference_day"], opened["due_on"], opened["state"]) == ("2026-06-30", "2026-07-20", "open")
    assert (opened["counts"], opened["lockings"]) == (NONE, [])
    for division in ("330106", "3301", "33"):
        again = await client.post(PATH, json={"period": "2026H1", "division": division})
        assert (again.status_code, slug(again)) == (409, "survey-exists")
        assert (again.json()["survey_id"], again.json()["other_division"]) == (opened["id"], "330106")
        assert "330106" in again.json()["detail"]
    for period, division in (("2026H1", "330105"), ("2026Q2", "330106"), ("2026", "3301")):
        await open_round(client, period, division=division)
    inside = await client.post(PATH, json={"period": "2026", "division": "330106"})
    assert (inside.status_code, inside.json()["other_division"]) == (409, "3301")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"period": "2026H3"}, ["/period"]),
        ({"period": "2012"}, ["/period"]),
        ({"period": "2032"}, ["/period"]),
        ({"due_on": "2026-06-29"}, ["/due_on"]),
        ({"division": "999999"}, ["/division"]),
        ({"persons": []}, ["/persons"]),
    ],
)
async def test_d7_opening__names_the_field_at_fault(
    client: httpx.AsyncClient, body: dict[str, Any], fields: list[str]
) -> None:
    response = await client.post(PATH, json={"period": "2026H1", "division": "330106", **body})
    assert (response.status_code, pointers(response)) == (422, fields)


async def test_d7_due__neither_who_was_founded_later_nor_who_had_ended(client: httpx.AsyncClient) -> None:
    await register(client, 1, 2, 3, 4)
    await put(client, code(5), registered_on="2026-07-01", as_of="2026-07-02T09:00:00+08:00")
    for number, day in ((3, "2026-06-30"), (4, "2026-07-01")):
        ended = {"registered_on": "2020-03-01", "status": "deregistered", "as_of": f"{day}T09:00:00+08:00"}
        assert (await put(client, code(number), **ended)).status_code == 200
    await register(client, 6, division="330105")
    survey = await open_round(client)
    assert survey["counts"] == NONE | {"due": 3, "missing": 3}
    listed = await all_items(client, f"{PATH}/{survey['id']}/returns", 2)
    assert sorted(one["uscc"] for one in listed) == sorted([code(1), code(2), code(4)])
    assert {one["state"] for one in listed} == {"missing"}
    for number in (3, 5, 6):
        refused = await enter(client, survey, number)
        assert (refused.status_code, slug(refused)) == (409, "not-surveyed"), number
        assert (await client.get(f"{PATH}/{survey['id']}/returns/{code(number)}")).status_code == 404
    assert (await enter(client, survey, 4)).status_code == 201
    assert (await enter(client, survey, 99)).status_code == 404


async def test_d7_locking__not_before_its_day(client: httpx.AsyncClient) -> None:
    ahead = await open_round(client, "2026")
    refused = await step(client, ahead, "locking")
    assert (refused.status_code, slug(refused)) == (409, "reference-day-ahead")


async def test_d7_city_round__is_entered_by_districts_and_locked_by_the_city(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await register(client, 1)
    await register(client, 2, division="330105")
    survey = await open_round(client, division="3301")
    client.auth = None
    district = {"Authorization": f"Bearer {token_for(['street_officer', 'district_officer'], ['330106'], '街道')}"}
    [listed] = (await client.get(PATH, headers=district, params={"division": "330106"})).json()["items"]
    assert listed["id"] == survey["id"]
    path = f"{PATH}/{survey['id']}"
    assert (await client.put(f"{path}/returns/{code(1)}", json=COUNTS, headers=district)).status_code == 201
    outside = await client.put(f"{path}/returns/{code(2)}", json=COUNTS, headers=district)
    assert outside.status_code == 404
    shown = (await client.get(path, headers=district)).json()
    assert shown["counts"] == NONE | {"due": 1, "entered": 1}
    offered = {one["step"]: (one["allowed"], one["problem"]) for one in shown["next_steps"]}
    assert offered["entry"] == (True, None)
    assert offered["locking"] == (False, "outside-scope"), "what the locking is answered below"
    tasks = (await client.get("/v1/tasks", headers=district)).json()["items"]
    assert "survey.locking" not in {one["kind"] for one in tasks}, "the city's to lock"
    refused = await client.post(f"{path}/locking", json={"word": "x"}, headers=district)
    assert (refused.status_code, slug(refused)) == (403, "outside-scope")
    city = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], '市')}"}
    locked = await client.post(f"{path}/locking", json={"word": "失联"}, headers=city)
    assert (locked.status_code, locked.json()["counts"]["missing"]) == (200, 1)
    assert locked.json()["lockings"][0]["entered_all"] is False, "another did"


async def test_d7_tasks__of_streets_and_of_the_district(client: httpx.AsyncClient) -> None:
    await register(client, 1, 2)
    await register(client, 3, street="西溪街道")
    survey = await open_round(client, due_on="2026-07-20")
    found = (await client.get("/v1/tasks", params={"division": "330106"})).json()["items"]
    tasks = {one["kind"]: one for one in found if one["kind"].startswith("survey.")}
    assert set(tasks) == {"survey.returns", "survey.locking"}
    assert "翠苑街道 2，西溪街道 1" in tasks["survey.returns"]["title"]
    assert {one["due_on"] for one in tasks.values()} == {"2026-07-20"}
    assert all(one["overdue"] for one in tasks.values())
    for number in (1, 2, 3):
        await enter(client, survey, number)
    found = (await client.get("/v1/tasks")).json()["items"]
    kinds = {one["kind"] for one in found if one["kind"].startswith("survey.")}
    assert kinds == {"survey.confirmation", "survey.locking"}
    link = next(one["link"] for one in found if one["kind"] == "survey.confirmation")
    assert len((await client.get(link.removeprefix("/registry"))).json()["items"]) == 3
    await lock(client, survey, word="已核")
    left = (await client.get("/v1/tasks")).json()["items"]
    assert [one for one in left if one["kind"].startswith("survey.")] == []


async def test_d7_tasks__ask_nobody_to_confirm_whom_the_round_is_for_no_more(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    survey = await open_round(client)
    await enter(client, survey, 1)
    # It is known by now that it had been founded later.
    correction = {"fields": {"registered_on": "2026-07-02"}, "as_of": "2026-07-03T09:00:00+08:00", "reason": "日期有误"}
    corrected = await client.post(f"/v1/organizations/{code(1)}/corrections", json=correction)
    assert corrected.status_code in (200, 201), corrected.text
    assert (await read(client, survey))["counts"] == NONE
    kinds = {one["kind"] for one in (await client.get("/v1/tasks")).json()["items"]}
    assert "survey.confirmation" not in kinds


async def test_d7_lists__by_street_and_as_a_table(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    await register(client, 2, street="西溪街道")
    survey = await open_round(client)
    await enter(client, survey, 2)
    [one] = (await read(client, survey, "/returns", street="西溪街道"))["items"]
    assert one["uscc"] == code(2)
    for kind in ("csv", "xlsx"):
        exported = await client.get(f"{PATH}/{survey['id']}/returns", params={"format": kind})
        assert exported.status_code == 200, exported.text
    table = await client.get(f"{PATH}/{survey['id']}/returns", params={"format": "csv"})
    listed = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {one["统一社会信用代码"]: one["申请入党人数"] for one in listed} == {code(1): "", code(2): "2"}
    for query, n in (
        ({"state": "locked"}, 0),
        ({"state": "open"}, 1),
        ({"period": "2025"}, 0),
        ({"division": "33"}, 1),
    ):
        assert len((await client.get(PATH, params=query)).json()["items"]) == n
