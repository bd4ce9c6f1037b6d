"""Grades that are announced: given, barred with every reason, corrected; by whom and once (H24)."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.registry.helpers import code, put, rows
from tests.registry.standing.helpers import give, rate, registered, standing

TODAY = china_day(utc_now())


def ago(days: int) -> str:
    """A day before today."""
    return (TODAY - timedelta(days=days)).isoformat()


async def history(client: httpx.AsyncClient, number: int) -> list[dict[str, Any]]:
    response = await client.get(f"/v1/organizations/{code(number)}/assessment-grades")
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def test_h24_grade__is_given_with_its_days(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    response = await give(client, 1, "3A", "2026-06-15")
    assert response.status_code == 201, response.text
    grade = response.json()
    state = "upcoming" if date(2027, 1, 1) > TODAY else "in_force"
    assert (grade["valid_from"], grade["valid_until"], grade["state"]) == ("2027-01-01", "2031-12-31", state)
    assert (grade["policy"], grade["uscc"], grade["version"]) == ("default-assessment-2026", code(1), 1)
    assert [one["rule"] for one in grade["reasons"]] == ["R-grade-validity", "H24", "R-verified-grade"]
    again = await give(client, 1, "3A", "2026-06-15")
    assert (again.status_code, again.json()["id"]) == (200, grade["id"])
    other = await give(client, 1, "4A", "2026-06-15")
    assert (other.status_code, other.json()["type"]) == (409, "urn:shuangfu:problem:grade-announced")
    assert (await client.get(f"/v1/assessment-grades/{grade['id']}")).json()["grade"] == "3A"
    listed = (await client.get("/v1/assessment-grades", params={"division": "330106"})).json()["items"]
    assert [one["id"] for one in listed] == [grade["id"]]


@pytest.mark.parametrize("grade", ["1A", "2A", "3A", "4A", "5A"])
async def test_h24_star_one_bars_3a_and_above(app: FastAPI, client: httpx.AsyncClient, grade: str) -> None:
    await rate(app, await registered(client, 1), 1)
    response = await give(client, 1, grade, "2026-06-15")
    if grade in ("1A", "2A"):
        assert response.status_code == 201, response.text
        return
    assert response.status_code == 409
    problem = response.json()
    assert (problem["type"], problem["ceiling"]) == ("urn:shuangfu:problem:grade-barred", "2A")
    [why] = problem["reasons"]
    assert (why["rule"], why["outcome"], why["facts"]["star"], why["facts"]["year"]) == ("H24", "at_most_2A", 1, 2025)
    assert why["text"]
    assert await history(client, 1) == []


async def test_h24_grade__every_reason_bars(app: FastAPI, client: httpx.AsyncClient) -> None:
    await rate(app, await registered(client, 1, registered_on="2025-06-01"), 0, final_on="2026-01-10")
    inspected = {"outcome": "not_filed"}
    put_ = await client.put(f"/v1/inspections/{code(1)}/2024", json=inspected)
    assert put_.status_code == 409  # it was not set up then
    response = await give(client, 1, "5A", "2026-02-20")
    assert [one["rule"] for one in response.json()["reasons"]] == ["R-registered-years", "H24"]
    assert response.json()["ceiling"] == "none"


@pytest.mark.parametrize(
    ("concluded_on", "rules"), [("2026-02-20", ["R-inspection-bar", "H24"]), ("2026-02-21", ["H24"])]
)
async def test_s6_grade__is_barred_by_an_inspection_concluded_by_its_day(
    app: FastAPI, client: httpx.AsyncClient, concluded_on: str, rules: list[str]
) -> None:
    await rate(app, await registered(client, 1), 0, final_on="2026-01-10")
    missed = {"outcome": "not_filed", "concluded_on": concluded_on}
    assert (await client.put(f"/v1/inspections/{code(1)}/2025", json=missed)).status_code == 201
    response = await give(client, 1, "5A", "2026-02-20")
    assert [one["rule"] for one in response.json()["reasons"]] == rules
    shown = (await client.get(f"/v1/organizations/{code(1)}/standing")).json()["procurement"]["reasons"]
    assert [one["facts"]["outcome"] for one in shown if "inspection" in one["rule"]] == ["not_filed"]


@pytest.mark.parametrize(("final_on", "status"), [("2026-06-14", 409), ("2026-06-15", 409), ("2026-06-16", 201)])
async def test_decision_3_grade__reads_what_was_final_on_the_day_of_the_announcement(
    app: FastAPI, client: httpx.AsyncClient, final_on: str, status: int
) -> None:
    await rate(app, await registered(client, 1), 1, final_on=final_on)
    assert (await give(client, 1, "4A", "2026-06-15")).status_code == status


async def test_decision_8_grade__of_a_law_firm_is_not_barred_by_its_star(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    firm = code(1, "31")
    made = await put(client, firm, kind="law_firm", registered_on="2015-03-01")
    await rate(app, made.json()["id"], 0)
    body = {"grade": "5A", "announced_on": "2026-06-15"}
    given = await client.post(f"/v1/organizations/{made.json()['id']}/assessment-grades", json=body)
    assert given.status_code == 201, given.text


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"grade": "6A", "announced_on": "2026-06-15"}, "/grade"),
        ({"grade": "3A", "announced_on": "2015-02-28"}, "/announced_on"),
        ({"grade": "3A", "announced_on": (china_day(utc_now()) + timedelta(days=1)).isoformat()}, "/announced_on"),
        ({"grade": "3A"}, "/announced_on"),
        ({"grade": "3A", "announced_on": "2026-06-15", "note": "电话 0571-87000000"}, "/note"),
    ],
)
async def test_h24_grade__names_the_field_that_is_wrong(
    client: httpx.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    await registered(client, 1)
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        refused = await client.post(f"/v1/organizations/{code(1)}/assessment-grades", json=body, headers=headers)
        assert refused.status_code == 422, refused.text
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    assert await history(client, 1) == []


async def test_h24_grade__of_before_there_were_measures_is_refused(client: httpx.AsyncClient) -> None:
    await registered(client, 1, registered_on="2000-01-01")
    assert (await give(client, 1, "3A", "2011-02-28")).status_code == 422
    assert (await give(client, 1, "3A", "2011-03-01")).status_code == 201


async def test_h24_grade__of_an_organization_that_has_ended(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    ended = {"status": "deregistered", "registered_on": "2015-03-01", "as_of": "2026-05-01T09:00:00+08:00"}
    assert (await put(client, code(1), **ended)).status_code == 200
    assert (await put(client, code(1), **ended | {"as_of": "2026-07-01T09:00:00+08:00"})).status_code == 200
    late = await give(client, 1, "3A", "2026-05-02")
    assert (late.status_code, late.json()["type"]) == (409, "urn:shuangfu:problem:deregistered-before")
    assert (await give(client, 1, "3A", "2026-05-01")).status_code == 201
    assert (await give(client, 9, "3A", "2026-05-01")).status_code == 404


async def test_h24_grade__an_idempotency_key_gives_once(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    path, body = f"/v1/organizations/{code(1)}/assessment-grades", {"grade": "3A", "announced_on": "2026-06-15"}
    headers = {"Idempotency-Key": "grade-1"}
    first = await client.post(path, json=body, headers=headers)
    assert first.status_code == 201
    again = await client.post(path, json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())  # without the key it would be 200


async def test_h24_grade__two_at_once_are_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    both = await asyncio.gather(*(give(client, 1, "3A", "2026-06-15") for _ in range(2)))
    assert sorted(one.status_code for one in both) == [200, 201]
    assert len({one.json()["id"] for one in both}) == 1
    assert len(await rows(app, "SELECT id FROM assessment_grades")) == 1


async def test_h24_grade__the_latest_announcement_in_force_counts(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    assert (await give(client, 1, "3A", ago(800))).status_code == 201
    assert (await give(client, 1, "4A", ago(0))).status_code == 201
    found = await standing(client, 1)
    assert found["grade"]["value"] == "3A"  # the new one holds from the next year on
    assert (await give(client, 1, "5A", ago(400))).status_code == 201
    assert (await standing(client, 1))["grade"]["value"] == "5A"
    assert [one["grade"] for one in await history(client, 1)] == ["3A", "4A", "5A"]


async def test_h24_grade__a_correction_takes_its_place_and_leaves_it_in_the_history(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await rate(app, await registered(client, 1), 1)
    given = (await give(client, 1, "2A", "2026-06-15")).json()
    path = f"/v1/assessment-grades/{given['id']}/correction"
    stale = await client.post(path, json={"grade": "1A", "reason": "笔误"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    barred = await client.post(path, json={"grade": "3A", "reason": "笔误"})
    assert (barred.status_code, barred.json()["type"]) == (409, "urn:shuangfu:problem:grade-barred")
    unclear = await client.post(path, json={"reason": "笔误"})
    assert (unclear.status_code, unclear.json()["errors"][0]["pointer"]) == (422, "/grade")
    corrected = await client.post(
        path, json={"announced_on": "2026-02-20", "reason": "公告日登记有误"}, headers={"If-Match": '"1"'}
    )
    assert corrected.status_code == 200, corrected.text
    new = corrected.json()
    assert (new["valid_from"], new["valid_until"], new["origin"], new["follows"]) == (
        "2026-02-20",
        "2031-02-19",
        "correction",
        given["id"],
    )
    assert [(one["state"], one["announced_on"]) for one in await history(client, 1)] == [
        ("corrected", "2026-06-15"),
        ("in_force", "2026-02-20"),
    ]
    assert (await client.post(path, json={"grade": "1A", "reason": "再改"})).status_code == 409
    withdrawn = await client.post(
        f"/v1/assessment-grades/{new['id']}/correction", json={"withdrawn": True, "reason": "并无此公告"}
    )
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "corrected")
    assert (await standing(client, 1))["grade"]["value"] is None
    # The day is free again.
    assert (await give(client, 1, "1A", "2026-02-20")).status_code == 201
