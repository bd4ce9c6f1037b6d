"""The yearly cycle: created once a division and year, then read (H17)."""

from typing import Any

import httpx
import pytest

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, pointers, slug


async def test_a_cycle_is_a_draft_and_can_be_read(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/cycles", json={"year": 2026, "division": "330106"})
    body = response.json()
    assert response.status_code == 201
    assert (body["year"], body["division"], body["state"], body["version"]) == (2026, "330106", "drafted", 1)
    assert response.headers["location"] == f"/v1/cycles/{body['id']}"
    assert response.headers["etag"] == '"1"'
    assert (await client.get(f"/v1/cycles/{body['id']}")).json() == body


async def test_h17_one_cycle_a_division_and_year(client: httpx.AsyncClient, a_round: Round) -> None:
    first = await a_round.draft("3301", 2026)
    again = await client.post("/v1/cycles", json={"year": 2026, "division": "330100"})
    assert (again.status_code, slug(again)) == (409, "cycle-exists")
    assert again.json()["cycle_id"] == first["id"]
    assert (await a_round.draft("3301", 2025))["id"] != first["id"]
    assert (await a_round.draft("330106", 2026))["id"] != first["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"year": 2026, "division": "999999"}, "/division"),
        ({"year": 2026, "division": "33010"}, "/division"),
        ({"year": 2020, "division": "330113"}, "/division"),  # Linping began in 2021
        ({"year": 2022, "division": "330103"}, "/division"),  # Xiacheng ended in 2021
        ({"year": 1999, "division": "3301"}, "/year"),
        ({"year": "2026", "division": "3301"}, "/year"),
        ({"year": 2026.0, "division": "3301"}, "/year"),
        ({"year": True, "division": "3301"}, "/year"),
        ({"division": "3301"}, "/year"),
    ],
)
async def test_a_year_and_a_known_division_are_needed(
    client: httpx.AsyncClient, body: dict[str, Any], pointer: str
) -> None:
    response = await client.post("/v1/cycles", json=body)
    assert (response.status_code, slug(response)) == (422, "invalid-input")
    assert pointers(response) == [pointer]


async def test_a_division_of_its_year_is_known(a_round: Round) -> None:
    assert (await a_round.draft("330103", 2020))["division"] == "330103"


async def test_cycles_are_listed_by_division_year_state_and_page(client: httpx.AsyncClient, a_round: Round) -> None:
    for division, year in (("3301", 2026), ("330106", 2026), ("3302", 2026), ("3301", 2025)):
        await a_round.draft(division, year)

    async def listed(**filters: Any) -> list[tuple[str, int]]:
        body = (await client.get("/v1/cycles", params=filters)).json()
        return [(item["division"], item["year"]) for item in body["items"]]

    assert await listed(division="3301") == [("3301", 2026), ("330106", 2026), ("3301", 2025)]
    assert await listed(year=2025) == [("3301", 2025)]
    assert await listed(state="open") == []
    first = (await client.get("/v1/cycles", params={"limit": 3})).json()
    rest = (await client.get("/v1/cycles", params={"cursor": first["next_cursor"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


async def test_t56_a_year_twice_is_refused(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/v1/cycles",
        content=b'{"year": 2026, "year": 2027, "division": "3301"}',
        headers={"Content-Type": "application/json"},
    )
    assert (response.status_code, pointers(response)) == (422, ["/year"])
    assert (await client.get("/v1/cycles")).json()["items"] == []


async def test_a_division_outside_the_callers_is_named(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330108'])}"}
    refused = await client.post("/v1/cycles", json={"year": 2026, "division": "3301"}, headers=headers)
    assert (refused.status_code, slug(refused), refused.json()["division"]) == (403, "outside-scope", "3301")
