"""Lists of Party organizations, and the counts of coverage."""

from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text

from tests.conftest import SYSTEM
from tests.registry.helpers import all_items, code, fill, put
from tests.registry.party_organizations.helpers import deliver, formed, organizations


async def test_list__filters_and_pages(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = await organizations(client, 6)
    await put(client, code(3), division="330105", as_of="2026-03-03T09:00:00+08:00")
    made = [
        formed(ids[0]),
        formed(ids[1], kind="COMMITTEE"),
        formed(ids[2], kind="GENERAL", division="330105"),
        formed(ids[3], form="joint"),
        formed(ids[4], form="area", division="310101"),
    ]
    await deliver(app, *made)
    place = {str(event.data.party_organization_id): n for n, event in enumerate(made)}

    async def ask(**query: str) -> set[int]:
        response = await client.get("/v1/party-organizations", params=query)
        assert response.status_code == 200, response.text
        return {place[party["id"]] for party in response.json()["items"]}

    assert await ask() == {0, 1, 2, 3, 4}
    assert await ask(division="33") == {0, 1, 2, 3}
    assert await ask(division="330106") == {0, 1, 3}
    assert await ask(kind="COMMITTEE") == {1}
    assert await ask(form="joint") == {3}
    assert await ask(form="standalone", division="3301") == {0, 1, 2}
    assert await ask(organization=code(2)) == {1}
    assert await ask(organization=str(ids[3])) == {3}
    assert await ask(organization=code(6)) == set()
    assert (await client.get("/v1/party-organizations", params={"organization": code(99)})).status_code == 404
    for query in ({"kind": "branch"}, {"form": "single"}, {"division": "x"}, {"limit": "0"}):
        assert (await client.get("/v1/party-organizations", params=query)).status_code == 422, query
    found = [party["id"] for party in await all_items(client, "/v1/party-organizations", 2)]
    assert sorted(found) == sorted(place)
    assert (await client.get(f"/v1/party-organizations/{uuid4()}")).status_code == 404
    assert (await client.get("/v1/party-organizations/1")).status_code == 422


async def test_coverage__counts_each_division(app: FastAPI, client: httpx.AsyncClient) -> None:
    await fill(client)

    async def counts(division: str) -> dict[str, Any]:
        found: dict[str, Any] = (await client.get("/v1/coverage", params={"division": division})).json()
        return found

    nothing = {
        "standalone": 0,
        "joint": 0,
        "areas": 0,
        "covered": 0,
        "covered_standalone": 0,
        "covered_joint": 0,
        "covered_area": 0,
        "show_from": None,
    }
    assert await counts("330106") == {"division": "330106", "organizations": 2, "uncovered": 2, **nothing}
    assert await counts("330000") == {"division": "33", "organizations": 5, "uncovered": 5, **nothing}
    assert await counts("3311") == {"division": "3311", "organizations": 0, "uncovered": 0, **nothing}
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE organizations SET status = 'deregistered' WHERE uscc = :c"), {"c": code(1)})
        await tx.execute(text("UPDATE organizations SET coverage = 'area' WHERE uscc = :c"), {"c": code(2)})
    found = await counts("3301")
    assert (found["organizations"], found["uncovered"], found["covered"], found["covered_area"]) == (2, 1, 1, 1)
    for query in ({}, {"division": "x"}):
        assert (await client.get("/v1/coverage", params=query)).status_code == 422
