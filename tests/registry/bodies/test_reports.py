"""Which districts lack a working body (S2), and what a joint conference falls short of (S4)."""

from typing import Any

import httpx
import pytest

from tests.conftest import TokenFor
from tests.registry.bodies.helpers import CITY, CITY_BODY, body, pointers, record

SHANGHAI = {"level": "city", "division": "310000"}


async def coverage(client: httpx.AsyncClient, division: str, on: str | None = None, **headers: str) -> dict[str, Any]:
    params = {"division": division} | ({"on": on} if on else {})
    response = await client.get("/v1/bodies/coverage", params=params, headers=headers)
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


async def test_s2_every_district_without_a_working_body_is_named(client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY, XIHU=body(), GONGSHU=body(division="330105", **{"from": "2020-01-01"}))
    await record(client, UNIT=body("滨江区民政局", kind="department_party_organization", division="330108"))
    found = await coverage(client, "3301", "2026-01-01")
    assert (found["division"], found["on"], found["expected"], found["present"]) == ("3301", "2026-01-01", 14, 3)
    assert (len(found["missing"]), "330108" in found["missing"], "330106" in found["missing"]) == (11, True, False)
    by_division = {one["division"]: one for one in found["divisions"]}
    assert by_division["330100"]["level"] == "city"
    assert by_division["330106"] == {
        "division": "330106",
        "division_name": "西湖区",
        "level": "district",
        "body": {
            "code": "XIHU",
            "name": "西湖区示例工委",
            "level": "district",
            "kind": "work_committee",
            "division": "330106",
        },
    }
    assert by_division["330108"]["body"] is None
    [reason] = found["reasons"]
    assert (reason["rule"], reason["outcome"], reason["facts"]["missing"]) == ("S2", "incomplete", found["missing"])
    assert reason["facts"]["policies"] == ["hz-2013-affiliation"]
    earlier = await coverage(client, "3301", "2019-12-31")
    assert "330105" in earlier["missing"]
    assert "330103" in earlier["missing"], "a district of that day"


async def test_s2_complete_where_the_city_and_each_district_has_one(client: httpx.AsyncClient) -> None:
    await record(client, XIHU=body())
    found = await coverage(client, "330106")
    assert (found["expected"], found["missing"], found["reasons"][0]["outcome"]) == (1, [], "complete")
    assert [one["level"] for one in found["divisions"]] == ["district"]


async def test_s2_a_body_that_ended_counts_no_more(client: httpx.AsyncClient) -> None:
    await record(client, XIHU=body(until="2025-01-01"))
    assert (await coverage(client, "330106", "2024-12-31"))["missing"] == []
    assert (await coverage(client, "330106", "2025-01-01"))["missing"] == ["330106"]


async def test_s2_shanghai_had_17_districts_and_has_16(client: httpx.AsyncClient) -> None:
    assert (await coverage(client, "31", "2015-06-01"))["expected"] == 1 + 17
    assert (await coverage(client, "31", "2026-01-01"))["expected"] == 1 + 16


async def test_reports__of_a_day_before_there_were_policies_take_todays(client: httpx.AsyncClient) -> None:
    await record(client, XIHU=body(**{"from": "2009-01-01"}))
    assert (await coverage(client, "330106", "2010-01-01"))["missing"] == []
    assert (await conference(client, "2010-01-01"))["min_bodies"] == 12


async def test_s2_a_caller_is_shown_its_own_districts(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    officer = {"Authorization": f"Bearer {token_for('district_officer', ['330106'])}"}
    found = await coverage(client, "3301", **officer)
    assert [one["division"] for one in found["divisions"]] == ["330106"]


async def conference(client: httpx.AsyncClient, on: str = "2026-01-01", division: str = "31") -> dict[str, Any]:
    response = await client.get("/v1/bodies/joint-conference", params={"division": division, "on": on})
    assert response.status_code == 200, response.text
    answered: dict[str, Any] = response.json()
    return answered


def seated(role: str, since: str = "2013-01-01", until: str | None = None, **changes: Any) -> dict[str, Any]:
    return body("市示例工委", **SHANGHAI, conference={"role": role, "from": since, "until": until}, **changes)


async def test_s4_one_lead_and_twelve_bodies_with_it(client: httpx.AsyncClient) -> None:
    lead = seated("lead", kind="organization_department")
    await record(client, LEAD=lead, **{f"M{n:02}": seated("member") for n in range(1, 11)})
    short = await conference(client)
    assert (short["division"], short["bodies"], short["min_bodies"], short["shortfalls"]) == (
        "310000",
        11,
        12,
        ["too_few_bodies"],
    )
    await record(client, M11=seated("member", "2016-01-01", "2026-06-01"))
    full = await conference(client)
    assert (full["bodies"], full["shortfalls"], full["reasons"][0]["outcome"]) == (12, [], "complete")
    assert [one["code"] for one in full["leads"]] == ["LEAD"]
    assert [one["code"] for one in full["members"]] == [f"M{n:02}" for n in range(1, 12)]
    assert (await conference(client, "2015-12-31"))["bodies"] == 11
    assert (await conference(client, "2026-06-01"))["bodies"] == 11
    reason = full["reasons"][0]
    assert (reason["rule"], reason["facts"]["leads"], reason["facts"]["bodies"]) == ("S4", 1, 12)


async def test_s4_without_a_lead_or_with_two(client: httpx.AsyncClient) -> None:
    assert (await conference(client))["shortfalls"] == ["lead_missing", "too_few_bodies"]
    await record(client, A=seated("lead"), B=seated("lead"), HZ=body("杭州", **CITY))
    found = await conference(client)
    assert found["shortfalls"] == ["more_than_one_lead", "too_few_bodies"]
    assert found["bodies"] == 2, "another city's are its own"


@pytest.mark.parametrize("division", ["33", "330106"])
async def test_s4_a_conference_is_a_citys(client: httpx.AsyncClient, division: str) -> None:
    response = await client.get("/v1/bodies/joint-conference", params={"division": division})
    if division == "33":
        assert pointers(response) == ["/query/division"]
    else:
        assert response.json()["division"] == "330100"
    assert pointers(await client.get("/v1/bodies/joint-conference")) == ["/query/division"]
