"""S7: duty items of district and street bodies over HTTP: due, reported, appraised, and the missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.evaluation.duty_items import tasks
from services.evaluation.duty_items.policies import DutyItemPolicy
from shared.db.session import Database
from shared.field.policies import PolicyBook
from tests.conftest import SYSTEM, TokenFor
from tests.evaluation.bodies.helpers import CITY, DISTRICT, STREET, deliver_bodies, recorded, three_levels
from tests.evaluation.conftest import Round, established, received, slug
from tests.evaluation.double_reports.helpers import counted, deliver_counts

REPORT = {"reported_on": "2026-01-20", "reference": "西湖两新〔2026〕1号"}
APPRAISAL = {"grade": "fairly_good", "appraised_on": "2026-02-10", "ground": "重视程度高，覆盖仍有差距"}
YEAR = {"year": 2025}


@pytest.fixture
async def known(database: Database) -> None:
    """The bodies of a city, a district and a street, and what does not owe: an industry's committee, an ended one, one
    that is named later of the same district."""
    beside = recorded("HZ-LAWYERS", level="city", kind="industry_committee", division="330100")
    ended = recorded("OLD", level="street", kind="street_committee", street="灵隐街道", until=date(2025, 12, 31))
    second = recorded("HZ-XIHU-SWD", kind="social_work_department")
    await deliver_bodies(database, *three_levels(), beside, ended, second)


async def step(client: httpx.AsyncClient, body: str, name: str, content: dict[str, Any], token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return await client.post(f"/v1/duty-items/{body}/2025/{name}", json=content, headers=headers)


async def states(client: httpx.AsyncClient, **filters: Any) -> dict[str, str]:
    response = await client.get("/v1/duty-items", params=YEAR | filters)
    assert response.status_code == 200, response.text
    return {one["body"]: one["state"] for one in response.json()["items"]}


async def stored(database: Database) -> int:
    """How many items are rows of the table."""
    async with database.transaction(SYSTEM) as tx:
        return int(await tx.scalar(text("SELECT count(*) FROM duty_items")))


async def test_s7_items__are_derived_one_of_each_district_and_street_by_year(
    client: httpx.AsyncClient, known: None, database: Database
) -> None:
    assert await states(client) == {DISTRICT: "due", STREET: "due"}, "the missing are shown, once for each place"
    assert await states(client, level="street") == {STREET: "due"}
    assert await states(client, overdue=True) == {DISTRICT: "due", STREET: "due"}
    assert await states(client, division="330108") == {}
    assert await states(client, year=2024) == {DISTRICT: "due", STREET: "due", "OLD": "due"}, "who was there that year"
    assert await states(client, year=2014) == {}, "the policy begins in 2015"
    [first] = (await client.get("/v1/duty-items", params=YEAR | {"limit": 1})).json()["items"]
    item = (await client.get(f"/v1/duty-items/{DISTRICT}/2025")).json()
    assert (item["version"], item["report_due"], item["appraising_body"]) == (0, "2026-01-31", CITY)
    assert [one["step"] for one in item["next_steps"]] == ["report"]
    assert first["body"] in (DISTRICT, STREET)
    for nobody in ("OLD", CITY, "HZ-XIHU-SWD", "NONE"):
        assert (await client.get(f"/v1/duty-items/{nobody}/2025")).status_code == 404
    assert await stored(database) == 0, "nowhere, until it is reported"
    assert (await client.post(f"/v1/duty-items/{DISTRICT}/2025/report", json=REPORT)).is_success
    assert await stored(database) == 1, "that one, and not the street's"


async def test_s7_item__is_reported_by_the_body_and_appraised_by_the_body_above(
    client: httpx.AsyncClient, known: None, token_for: TokenFor
) -> None:
    street = token_for("street_officer", ["330106"], "街道", bodies=[STREET])
    district = token_for("district_officer", ["330106"], "区")
    early = await step(client, STREET, "appraisal", APPRAISAL, district)
    assert (early.status_code, slug(early)) == (409, "illegal-transition")
    other = await step(client, DISTRICT, "report", REPORT, street)
    assert (other.status_code, slug(other)) == (403, "not-the-duty-body")
    reported = await step(client, STREET, "report", REPORT, street)
    assert reported.status_code == 200, reported.text
    assert (reported.json()["state"], reported.headers["ETag"]) == ("reported", '"1"')
    [reason] = reported.json()["reasons"]
    assert (reason["rule"], reason["outcome"], reason["facts"]["due_on"]) == ("S7", "reported", "2026-01-31")
    refused = await step(client, STREET, "appraisal", APPRAISAL, street)
    assert refused.status_code == 403
    appraised = await step(client, STREET, "appraisal", APPRAISAL, district)
    assert appraised.status_code == 200, appraised.text
    item = appraised.json()
    assert (item["state"], item["grade"], item["grade_name"], item["appraised_by"]) == (
        "appraised",
        "fairly_good",
        "fairly good",
        DISTRICT,
    )
    assert [(one["rule"], one["outcome"]) for one in item["reasons"]] == [
        ("S7", "reported"),
        ("S23", "unknown"),
        ("S7", "fairly_good"),
    ]
    assert await states(client, state="due") == {DISTRICT: "due"}
    again = await step(client, STREET, "reopening", {"reason": "材料有误"}, district)
    assert (again.json()["state"], again.json()["grade"]) == ("reported", None)
    assert [one["step"] for one in again.json()["history"]] == ["report", "appraisal", "reopening"]


async def test_s7_item__of_a_district_is_appraised_by_its_city_and_not_by_who_reported(
    client: httpx.AsyncClient, known: None, token_for: TokenFor
) -> None:
    assert (await step(client, DISTRICT, "report", REPORT, token_for("district_officer", ["3301"], "甲"))).is_success
    for token, problem in (
        (token_for("district_officer", ["330106"], "乙"), "not-the-appraising-body"),
        (token_for("district_officer", ["3301"], "甲"), "same-hand"),
    ):
        refused = await step(client, DISTRICT, "appraisal", APPRAISAL, token)
        assert (refused.status_code, slug(refused)) == (403, problem)
    city = token_for("district_officer", ["3301"], "市", bodies=[CITY])
    unknown = await step(client, DISTRICT, "appraisal", APPRAISAL | {"grade": "excellent"}, city)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/grade")
    assert "fairly_good" in unknown.json()["errors"][0]["detail"]
    assert (await step(client, DISTRICT, "appraisal", APPRAISAL, city)).is_success


async def test_s7_report__may_be_replaced_until_it_is_appraised_by_its_version(
    client: httpx.AsyncClient, known: None
) -> None:
    path = f"/v1/duty-items/{DISTRICT}/2025/report"
    assert (await client.post(path, json=REPORT, headers={"If-Match": '"0"'})).status_code == 200
    assert (await client.post(path, json=REPORT)).status_code == 428
    late = REPORT | {"reported_on": "2026-02-01"}
    replaced = await client.post(path, json=late, headers={"If-Match": '"1"'})
    assert (replaced.json()["version"], replaced.json()["reasons"][1]["outcome"]) == (2, "reported_late")


async def test_s7_item__stays_with_the_body_that_reported_whatever_is_recorded_later(
    client: httpx.AsyncClient, known: None, database: Database
) -> None:
    assert (await client.post(f"/v1/duty-items/{DISTRICT}/2025/report", json=REPORT)).is_success
    await deliver_bodies(database, recorded(DISTRICT, sequence=2, parent=CITY, until=date(2025, 6, 1)))
    assert await states(client) == {DISTRICT: "reported", STREET: "due"}


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The day for which tasks are asked."""
    return lambda day: monkeypatch.setattr(tasks, "utc_now", lambda: datetime.fromisoformat(f"{day}T09:00:00+08:00"))


async def waiting(client: httpx.AsyncClient) -> list[tuple[str, str, int]]:
    """Kind, body and year of what waits; each task's link leads to its own item, and to no other."""
    found = []
    for one in (await client.get("/v1/tasks")).json()["items"]:
        if one["kind"].startswith("duty_item"):
            [item] = (await client.get(one["link"].removeprefix("/evaluation"))).json()["items"]
            due_on = item["appraisal_due" if one["kind"] == "duty_item.appraisal" else "report_due"]
            assert (one["due_on"], one["subject"]["name"]) == (due_on, f"{item['year']} {item['body_name']}")
            found.append((one["kind"].removeprefix("duty_item."), one["body"]["code"], item["year"]))
    return sorted(found)


async def test_s7_tasks__of_the_year_before_stay_when_the_next_year_opens(
    client: httpx.AsyncClient, known: None, on: Callable[[str], None]
) -> None:
    on("2026-11-05")
    assert await waiting(client) == [
        ("report", DISTRICT, 2025),
        ("report", DISTRICT, 2026),
        ("street_report", STREET, 2025),
        ("street_report", STREET, 2026),
    ]
    assert (await client.post(f"/v1/duty-items/{DISTRICT}/2025/report", json=REPORT)).is_success
    assert await waiting(client) == [
        ("appraisal", CITY, 2025),
        ("report", DISTRICT, 2026),
        ("street_report", STREET, 2025),
        ("street_report", STREET, 2026),
    ]
    on("2027-10-31")
    assert ("appraisal", CITY, 2025) in await waiting(client)
    on("2027-11-01")
    assert {year for _, _, year in await waiting(client)} == {2026, 2027}, "no older ones"


async def test_s7_tasks__of_other_regions_do_not_begin_with_a_region_of_its_own_day(
    client: httpx.AsyncClient, known: None, database: Database, app: FastAPI, on: Callable[[str], None]
) -> None:
    await deliver_bodies(database, recorded("NB-HAISHU", division="330203", parent="NB-CITY"))
    await deliver_bodies(database, recorded("NB-CITY", level="city", division="330200"))
    books = app.state.duty_items
    [policy] = books.items.policies
    early = DutyItemPolicy.model_validate(policy.parameters.model_dump() | {"reported_from": "10-01"})
    both = [policy, replace(policy, id="ningbo", region="3302", parameters=early)]
    app.state.duty_items = replace(books, items=replace(books.items, policies=both))
    on("2026-10-05")
    by_body: dict[str, set[int]] = {DISTRICT: set(), STREET: set(), "NB-HAISHU": set(), "OLD": set()}
    for _, body, year in await waiting(client):
        by_body[body].add(year)
    early_ones, others = {2025, 2026}, {2024, 2025}
    assert by_body == {DISTRICT: others, STREET: others, "OLD": {2024}, "NB-HAISHU": early_ones}


async def test_s7_items__of_a_city_are_its_own_and_no_districts(
    app: FastAPI, client: httpx.AsyncClient, known: None, token_for: TokenFor
) -> None:
    books = app.state.duty_items
    [policy] = books.items.policies
    owed = [{"level": "city", "kinds": ["work_committee"]}, *policy.parameters.model_dump()["owed_by"]]
    parameters = DutyItemPolicy.model_validate(policy.parameters.model_dump() | {"owed_by": owed})
    app.state.duty_items = replace(books, items=PolicyBook([replace(policy, parameters=parameters)]))

    async def due(*scope: str) -> set[str]:
        headers = {"Authorization": f"Bearer {token_for('district_officer', [*scope])}"}
        response = await client.get("/v1/duty-items", params=YEAR, headers=headers)
        assert response.status_code == 200, response.text
        return {one["body"] for one in response.json()["items"]}

    assert await due("3301") == {CITY, DISTRICT, STREET}
    assert await due("330106") == {DISTRICT, STREET}, "the city's body is seen, and what it owes is not"
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    assert (await client.get(f"/v1/duty-items/{CITY}/2025", headers=headers)).status_code == 404
    assert (await step(client, CITY, "report", REPORT, token_for("district_officer", ["330106"]))).status_code == 404


async def test_s7_s23_appraisal__reads_the_double_reports_of_the_body_s_party_organizations_and_keeps_them(
    client: httpx.AsyncClient, known: None, a_round: Round, token_for: TokenFor
) -> None:
    parties = [established(established_on="2024-01-01") for _ in range(3)]
    await a_round.project(*map(received, parties))
    await deliver_counts(a_round.database, counted(parties[0].id, "complete"), counted(parties[1].id, "some_missing"))
    assert (await step(client, DISTRICT, "report", REPORT, token_for("district_officer", ["3301"], "甲"))).is_success
    city = token_for("district_officer", ["3301"], "市", bodies=[CITY])
    appraised = await step(client, DISTRICT, "appraisal", APPRAISAL, city)
    assert appraised.status_code == 200, appraised.text
    counts = {"party_organizations": 3, "complete": 1, "some_missing": 1, "none": 1}
    read = {one["rule"]: one for one in appraised.json()["reasons"]}["S23"]
    assert (read["outcome"], read["facts"]) == ("some_missing", {"body": DISTRICT, "year": 2025, **counts})
    assert appraised.json()["double_report"] == counts
    # What comes later is shown, and what was read stays.
    await deliver_counts(a_round.database, counted(parties[1].id, "complete", sequence=2))
    [later] = (await client.get("/v1/duty-items", params=YEAR | {"body": DISTRICT})).json()["items"]
    assert later["double_report"] == counts | {"complete": 2, "some_missing": 0}
    assert {one["rule"]: one for one in later["reasons"]}["S23"]["facts"]["complete"] == 1
    again = await step(client, DISTRICT, "reopening", {"reason": "补报后重评"}, city)
    assert again.is_success, again.text
    last = (await step(client, DISTRICT, "appraisal", APPRAISAL, city)).json()
    assert [one["facts"]["complete"] for one in last["reasons"] if one["rule"] == "S23"] == [1, 2]
