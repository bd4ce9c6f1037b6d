"""Annual inspections with their section on Party building, by the measures of that year (S6, domain 4.4)."""

import json
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import all_items, code, put, rows

SECTION = {"established": True, "full_members": 4, "probationary_members": 1}
QUALIFIED = {"outcome": "qualified", "party_building": SECTION}
OLD = {"registered_on": "2015-03-01"}


async def register(client: httpx.AsyncClient, number: int, pair: str = "52", **changes: Any) -> str:
    uscc = code(number, pair)
    response = await put(client, uscc, **{**OLD, **changes})
    assert response.status_code == 201, response.text
    return uscc


async def record(client: httpx.AsyncClient, uscc: str, year: int, **body: Any) -> httpx.Response:
    headers = body.pop("headers", None)
    return await client.put(f"/v1/inspections/{uscc}/{year}", json=body or QUALIFIED, headers=headers)


async def test_s6_inspection__is_recorded_read_and_changed(client: httpx.AsyncClient) -> None:
    uscc = await register(client, 1)
    new = await record(client, uscc, 2025, **QUALIFIED, reported_on="2026-05-31", concluded_on="2026-06-20")
    assert new.status_code == 201, new.text
    found = new.json()
    assert (found["outcome"], found["form"], found["owed"], found["late"]) == ("qualified", "inspection", True, False)
    assert (found["due_on"], found["policy"], found["uscc"]) == ("2026-05-31", "default-inspection-2026", uscc)
    assert found["party_building"]["full_members"] == 4
    assert [one["rule"] for one in found["reasons"]] == ["R-inspection-owed", "S6"]
    same = await record(client, uscc, 2025, **QUALIFIED, reported_on="2026-05-31", concluded_on="2026-06-20")
    assert (same.status_code, same.json()["version"]) == (200, 1)
    stale = await record(client, uscc, 2025, headers={"If-Match": '"5"'}, **QUALIFIED)
    assert stale.status_code == 412
    changed = await record(
        client, uscc, 2025, headers={"If-Match": '"1"'}, **{**QUALIFIED, "outcome": "basically_qualified"}
    )
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    read = await client.get(f"/v1/inspections/{uscc}/2025")
    assert (read.json(), read.headers["ETag"]) == (changed.json(), '"2"')
    assert (await client.get(f"/v1/inspections/{uscc}/2024")).status_code == 404
    assert (await record(client, code(9), 2025)).status_code == 404


@pytest.mark.parametrize(("reported_on", "late"), [("2026-05-31", False), ("2026-06-01", True), (None, False)])
async def test_s6_inspection__is_late_after_the_31st_of_may(
    client: httpx.AsyncClient, reported_on: str | None, late: bool
) -> None:
    uscc = await register(client, 1)
    found = (await record(client, uscc, 2025, **QUALIFIED, reported_on=reported_on)).json()
    assert (found["late"], found["reasons"][1]["facts"]["late"]) == (late, late)


@pytest.mark.parametrize(("set_up", "owed"), [("2025-06-30", True), ("2025-07-01", False)])
async def test_s6_inspection__is_owed_by_who_was_set_up_by_the_30th_of_june(
    client: httpx.AsyncClient, set_up: str, owed: bool
) -> None:
    uscc = await register(client, 1, registered_on=set_up)
    listed = (await client.get("/v1/inspections/outstanding", params={"year": 2025})).json()["items"]
    assert [one["uscc"] for one in listed] == ([uscc] if owed else [])
    missed = await record(client, uscc, 2025, outcome="not_filed")
    assert missed.status_code == (201 if owed else 409), missed.text
    if not owed:
        assert missed.json()["type"] == "urn:shuangfu:problem:not-inspected"
        # Who filed all the same is recorded, as not owed; but not for a year before there was anything.
        assert (await record(client, uscc, 2025)).json()["owed"] is False
        assert (await record(client, uscc, 2024)).status_code == 409


@pytest.mark.parametrize(
    ("year", "kind", "pair", "measures"),
    [
        (2024, "social_group", "51", "社会团体年度检查暂行办法"),
        (2025, "social_group", "51", "社会团体年度检查办法"),
        (2024, "social_service_institution", "52", "民办非企业单位年度检查办法"),
        (2025, "social_service_institution", "52", "民办非企业单位年度检查办法"),
    ],
)
async def test_s6_inspection__goes_by_the_measures_in_force_when_it_is_held(
    client: httpx.AsyncClient, year: int, kind: str, pair: str, measures: str
) -> None:
    uscc = await register(client, 1, pair, kind=kind)
    assert (await record(client, uscc, year)).json()["measures"] == measures


async def test_s6_inspection__charities_file_reports_instead(client: httpx.AsyncClient) -> None:
    foundation = await register(client, 1, "53", kind="foundation")
    refused = await record(client, foundation, 2025)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/outcome")
    filed = await record(client, foundation, 2025, outcome="report_filed", party_building=SECTION)
    assert (filed.status_code, filed.json()["form"]) == (201, "report")
    group = await register(client, 2, "51", kind="social_group")
    as_charity = await record(client, group, 2025, outcome="report_filed", charity=True, party_building=SECTION)
    assert (as_charity.status_code, as_charity.json()["form"]) == (201, "report")
    assert (await record(client, group, 2024, outcome="report_filed", party_building=SECTION)).status_code == 422


async def test_decision_8_inspection__is_not_of_organizations_of_other_sources(client: httpx.AsyncClient) -> None:
    firm = await register(client, 1, "31", kind="law_firm")
    refused = await record(client, firm, 2025)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:not-inspected")
    assert (await client.get("/v1/inspections/outstanding", params={"year": 2025})).json()["items"] == []


RUNNING = china_day(utc_now()).year
LATER = (china_day(utc_now()) + timedelta(days=1)).isoformat()
WRONG: dict[str, tuple[int, dict[str, Any], str]] = {
    "without its section": (2025, {"outcome": "qualified"}, "/party_building"),
    "why not is missing": (
        2025,
        {"outcome": "qualified", "party_building": {**SECTION, "established": False}},
        "/party_building/reason_not_established",
    ),
    "why not is too much": (
        2025,
        {"outcome": "qualified", "party_building": {**SECTION, "reason_not_established": "no_members"}},
        "/party_building/reason_not_established",
    ),
    "a section of nothing": (2025, {"outcome": "not_filed", "party_building": SECTION}, "/party_building"),
    "a day of nothing": (2025, {"outcome": "not_filed", "reported_on": "2026-05-01"}, "/reported_on"),
    "a year that has not ended": (RUNNING, QUALIFIED, "/path/year"),
    "a year too early": (1998, QUALIFIED, "/path/year"),
    "reported before the year ended": (2025, {**QUALIFIED, "reported_on": "2025-12-31"}, "/reported_on"),
    "concluded tomorrow": (2025, {**QUALIFIED, "concluded_on": LATER}, "/concluded_on"),
    "concluded before it was reported": (
        2025,
        {**QUALIFIED, "reported_on": "2026-05-02", "concluded_on": "2026-05-01"},
        "/concluded_on",
    ),
    "a roster": (2025, {**QUALIFIED, "members": []}, "/members"),
    "a count as text": (
        2025,
        {"outcome": "qualified", "party_building": {**SECTION, "full_members": "4"}},
        "/party_building/full_members",
    ),
}


@pytest.mark.parametrize("case", WRONG)
async def test_s6_inspection__names_the_field_that_is_wrong(app: FastAPI, client: httpx.AsyncClient, case: str) -> None:
    year, body, pointer = WRONG[case]
    uscc = await register(client, 1)
    for language in ("zh", "en"):
        refused = await record(client, uscc, year, headers={"Accept-Language": language}, **body)
        assert refused.status_code == 422, refused.text
        assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
        assert refused.json()["errors"][0]["detail"]
    assert await rows(app, "SELECT id FROM inspections") == []


async def test_s6_inspections__are_listed_by_what_they_say(client: httpx.AsyncClient) -> None:
    codes = [await register(client, n) for n in (1, 2, 3)]
    without = {**SECTION, "established": False, "reason_not_established": "no_members"}
    await record(client, codes[0], 2025)
    await record(client, codes[1], 2025, outcome="unqualified", party_building=without)
    await record(client, codes[2], 2024)

    async def found(**query: str) -> list[str]:
        return [one["uscc"] for one in await all_items(client, "/v1/inspections", 1, **query)]

    assert await found() == codes
    assert await found(year="2025") == codes[:2]
    assert await found(outcome="unqualified") == [codes[1]]
    assert await found(established="false") == [codes[1]]
    assert await found(organization=codes[2]) == [codes[2]]
    assert await found(division="330105") == []
    assert (await client.get("/v1/inspections", params={"organization": code(9)})).status_code == 404


async def test_s6_outstanding__are_those_owed_and_not_recorded(client: httpx.AsyncClient) -> None:
    codes = [await register(client, n, division="330106" if n < 4 else "330105") for n in range(1, 6)]
    foundation = await register(client, 6, "53", kind="foundation", registered_on="2025-12-31")
    ended = await register(client, 7)
    gone = {**OLD, "status": "deregistered", "as_of": "2026-04-01T09:00:00+08:00"}
    assert (await put(client, ended, **gone)).status_code == 200
    await record(client, codes[0], 2025)
    await record(client, codes[1], 2024)
    await record(client, codes[2], 2025, outcome="not_filed")
    items = await all_items(client, "/v1/inspections/outstanding", 2, year="2025")
    assert [one["uscc"] for one in items] == [codes[1], codes[3], codes[4], foundation]
    assert (items[0]["competent_unit_due"], items[0]["authority_due"], items[0]["overdue"]) == (
        "2026-03-31",
        "2026-05-31",
        True,
    )
    assert (items[3]["form"], items[0]["form"]) == ("report", "inspection")
    here = await all_items(client, "/v1/inspections/outstanding", 5, year="2025", division="330105")
    assert [one["uscc"] for one in here] == codes[3:]
    kind = await all_items(client, "/v1/inspections/outstanding", 5, year="2025", kind="foundation")
    assert [one["uscc"] for one in kind] == [foundation]
    too_early = await client.get("/v1/inspections/outstanding", params={"year": RUNNING})
    assert (too_early.status_code, too_early.json()["errors"][0]["pointer"]) == (422, "/query/year")


async def test_s6_batch__a_result_per_line_in_order(app: FastAPI, client: httpx.AsyncClient) -> None:
    codes = [await register(client, n) for n in (1, 2)]
    await record(client, codes[0], 2025)
    lines = [
        orjson.dumps({"uscc": codes[0], "year": 2025, **QUALIFIED}),
        orjson.dumps({"uscc": codes[1].lower(), "year": 2025, **QUALIFIED}),
        orjson.dumps({"uscc": codes[1], "year": 2025, **QUALIFIED, "outcome": "unqualified"}),
        b"{broken",
        b"",
        orjson.dumps({"uscc": code(9), "year": 2025, **QUALIFIED}),
        orjson.dumps({"uscc": codes[1], "year": 2024, "outcome": "qualified"}),
        orjson.dumps({"uscc": codes[1], "year": 2024, "outcome": "qualified", "extra": 1}),
        orjson.dumps({"uscc": codes[1], "year": "2024", **QUALIFIED}),
        orjson.dumps({"uscc": codes[1], "year": 2023, **QUALIFIED}),
    ]
    response = await client.put("/v1/inspections:batch", content=b"\n".join(lines))
    results = [orjson.loads(line) for line in response.content.splitlines()]
    assert [(one["line"], one["status"]) for one in results] == [
        (1, 200),
        (2, 201),
        (3, 200),
        (4, 422),
        (6, 404),
        (7, 422),
        (8, 422),
        (9, 422),
        (10, 201),
    ]
    assert [one["uscc"] for one in results[4:7]] == [code(9), codes[1], codes[1]]
    assert results[6]["problem"]["errors"][0]["pointer"] == "/extra"
    stored = await rows(app, "SELECT year, outcome FROM inspections ORDER BY id")
    assert sorted((one["year"], one["outcome"]) for one in stored) == [
        (2023, "qualified"),
        (2025, "qualified"),
        (2025, "unqualified"),
    ]


async def test_s6_batch__another_divisions_organization_is_not_found(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    uscc = await register(client, 1)
    headers = {"Authorization": f"Bearer {token_for('registrar', ['3302'])}"}
    line = orjson.dumps({"uscc": uscc, "year": 2025, **QUALIFIED})
    response = await client.put("/v1/inspections:batch", content=line, headers=headers)
    assert orjson.loads(response.content)["status"] == 404
    assert await rows(app, "SELECT id FROM inspections") == []


@pytest.mark.parametrize(
    "broken", [{"uscc": "51\x00"}, {"year": 10**23}, {"year": "2025"}], ids=["NUL", "a year of 24 digits", "text"]
)
async def test_s6_batch__a_line_that_no_database_takes_is_refused_alone(
    client: httpx.AsyncClient, broken: dict[str, Any]
) -> None:
    uscc = await register(client, 1)
    lines = [json.dumps({"uscc": uscc, "year": 2025, **QUALIFIED, **more}).encode() for more in ({}, broken, {})]
    response = await client.put("/v1/inspections:batch", content=b"\n".join(lines))
    results = [orjson.loads(line) for line in response.content.splitlines()]
    assert [one["status"] for one in results] == [201, 404 if "uscc" in broken else 422, 200]
    assert results[1]["year"] == (2025 if "uscc" in broken else None)


async def test_s6_batch__thousands_of_lines(app: FastAPI, client: httpx.AsyncClient) -> None:
    codes = [code(n) for n in range(1, 2502)]
    registrations = [orjson.dumps({**registration(**OLD), "uscc": one}) for one in codes]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(registrations))
    lines = [orjson.dumps({"uscc": one, "year": 2025, **QUALIFIED}) for one in codes]
    for status in (201, 200):
        response = await client.put("/v1/inspections:batch", content=b"\n".join(lines))
        results = [orjson.loads(line) for line in response.content.splitlines()]
        assert {one["status"] for one in results} == {status}
        assert [one["uscc"] for one in results] == codes
    [count] = await rows(app, "SELECT count(*) AS n, max(version) AS v FROM inspections")
    assert (count["n"], count["v"]) == (2501, 1)


async def test_s6_inspection__follows_the_organization(client: httpx.AsyncClient) -> None:
    uscc = await register(client, 1)
    await record(client, uscc, 2025)
    assert (await put(client, uscc, **OLD, division="330105", as_of="2026-04-01T00:00:00Z")).status_code == 200
    [found] = (await client.get("/v1/inspections", params={"division": "330105"})).json()["items"]
    assert found["uscc"] == uscc


async def test_s6_outstanding__is_a_task_of_civil_affairs_until_it_is_recorded(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    """By each region's and kind's terms, as the list has it; overdue after the authority's day."""
    year = china_day(utc_now()).year - 1
    owing = [await register(client, 1), await register(client, 2, "53", kind="foundation", division="330105")]
    await register(client, 3, registered_on=f"{year}-12-31")

    async def tasks(**params: str) -> list[dict[str, Any]]:
        asked = {"kind": "inspection.outstanding", **params}
        found: list[dict[str, Any]] = (await client.get("/v1/tasks", params=asked)).json()["items"]
        return found

    found = await tasks()
    listed = (await client.get("/v1/inspections/outstanding")).json()["items"]
    assert {one["subject"]["id"]: (one["due_on"], one["overdue"]) for one in found} == {
        one["id"]: (one["authority_due"], one["overdue"]) for one in listed
    }
    assert ({one["waits_for"] for one in found}, len(found)) == ({"assessor"}, 2)
    assert [one["division"] for one in await tasks(division="330105")] == ["330105"]
    assessor = {"Authorization": f"Bearer {token_for('assessor', ['330106'], '民政')}"}
    mine = await client.get("/v1/tasks", params={"mine": "true"}, headers=assessor)
    assert [one["kind"] for one in mine.json()["items"]] == ["inspection.outstanding"]
    assert (await record(client, owing[0], year)).status_code == 201
    assert len(await tasks()) == 1
