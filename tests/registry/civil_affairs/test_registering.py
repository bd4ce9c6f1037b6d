"""`register` under concurrency: one organization for a code, no gap in its versions, deadlocks retried."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from services.registry.civil_affairs import registering as actions
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.conftest import registration
from tests.registry.helpers import code, events, put, rows


async def test_put__two_at_once_make_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    for number in range(300, 312):
        first, second = await asyncio.gather(put(client, code(number)), put(client, code(number)))
        assert sorted([first.status_code, second.status_code]) == [200, 201]
        assert first.json() == second.json()
    assert len(await rows(app, "SELECT id FROM organizations")) == 12
    assert await events(app) == [("organization.registered.v1", 1)] * 12


async def test_put__many_different_at_once_leave_no_gap_in_the_versions(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    responses = await asyncio.gather(
        *(put(client, code(201), full_members=10 + n, as_of=f"2026-03-03T00:00:{n:02d}Z") for n in range(12))
    )
    taken = [response for response in responses if response.status_code != 409]
    assert sorted(response.status_code for response in taken) == [200] * (len(taken) - 1) + [201]
    assert sorted(response.json()["version"] for response in taken) == list(range(1, len(taken) + 1))
    assert [sequence for _, sequence in await events(app)] == list(range(1, len(taken) + 1))
    last = max(taken, key=lambda response: int(response.json()["version"])).json()
    assert (await client.get(f"/v1/organizations/{code(201)}")).json() == last


async def test_batch__two_batches_with_the_same_codes_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [line(n) for n in range(1, 301)]
    one, other = await asyncio.gather(send(client, lines), send(client, reversed(lines)))
    assert sorted(result["status"] for result in [*one, *other]) == [200] * 300 + [201] * 300
    assert await rows(app, "SELECT count(*) AS n FROM outbox") == [{"n": 300}]


async def test_batch__two_that_meet_in_two_divisions_in_opposite_orders(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New ones here and changed ones there: each takes a chain of audit of its own, so that neither waits (T57)."""
    update, arrived, both = actions.queries.update, [], asyncio.Event()

    async def update_when_both_have_inserted(*arguments: Any) -> None:
        arrived.append(arguments)
        if len(arrived) == 2:
            both.set()
        await asyncio.wait_for(both.wait(), 10)
        await update(*arguments)

    def some(numbers: range, division: str, **changes: Any) -> list[bytes]:
        return [
            orjson.dumps({"uscc": code(n, division=division), **registration(division=division, **changes)})
            for n in numbers
        ]

    here, there = "330106", "330105"
    await send(client, [*some(range(1, 11), here), *some(range(1, 11), there)])
    monkeypatch.setattr(actions.queries, "update", update_when_both_have_inserted)
    later = {"name": "新名", "as_of": "2026-04-01T00:00:00Z"}
    one = [*some(range(11, 31), here), *some(range(1, 11), there, **later)]
    other = [*some(range(11, 31), there), *some(range(1, 11), here, **later)]
    results = [line for lines in await asyncio.gather(send(client, one), send(client, other)) for line in lines]
    assert sorted(result["status"] for result in results) == [200] * 20 + [201] * 40
    assert len(arrived) == 2, "neither had to be retried"
