"""D7: the third count of members, full- and part-time together, where forms know it."""

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.bodies.helpers import pointers
from tests.registry.helpers import EVENTS, code, put, rows
from tests.registry.imports.helpers import as_csv, import_file, row

COUNT = "full_members_full_or_part_time"


async def test_d7_third_count__is_optional_and_kept(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = await put(client, code(1))
    assert (first.status_code, first.json()[COUNT]) == (201, None)
    stated = await put(client, code(1), **{COUNT: 4}, as_of="2026-03-03T00:00:00Z")
    assert (stated.status_code, stated.json()[COUNT], stated.json()["version"]) == (200, 4, 2)
    assert (await client.get(f"/v1/organizations/{code(1)}")).json()[COUNT] == 4
    assert all(COUNT not in event["data"] for event in await rows(app, EVENTS)), "no reader asks for it"


@pytest.mark.parametrize(("given", "taken"), [(2, False), (3, True), (4, True), (5, False)])
async def test_d7_third_count__lies_between_the_two_others(client: httpx.AsyncClient, given: int, taken: bool) -> None:
    response = await put(client, code(1), full_members_full_time=3, full_members=4, **{COUNT: given})
    assert response.status_code == (201 if taken else 422), response.text
    if not taken:
        assert pointers(response) == [f"/{COUNT}"]


async def test_d7_third_count__comes_in_a_column_of_a_file(app: FastAPI, client: httpx.AsyncClient) -> None:
    made = [row(1, **{COUNT: 4}), row(2), row(3, **{COUNT: 9})]
    found = await import_file(app, client, as_csv(made, "utf-8", columns=[*row(1), COUNT]), "a.csv")
    assert (found["counts"]["created"], found["counts"]["refused"]) == (2, 1)
    stored = await rows(app, f"SELECT {COUNT} AS n FROM organizations ORDER BY uscc")
    assert [one["n"] for one in stored] == [4, None]
