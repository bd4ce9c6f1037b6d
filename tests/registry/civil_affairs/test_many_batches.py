"""T25: clients that send and never read are bounded together; whoever comes beyond gets 503 with Retry-After."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from services.registry.batches import results
from services.registry.batches.results import Batches, Results
from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import PATH, line
from tests.registry.civil_affairs.test_results import MIB, Client


def bounded(app: FastAPI, *, most: int = 32, waiting_bytes: int = 64 * MIB) -> Batches:
    app.state.batches = Batches(most=most, waiting_bytes=waiting_bytes)
    return app.state.batches


async def test_t25_waiting_results__are_bounded_over_all_clients(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    batches = bounded(app, waiting_bytes=3 * MIB)
    clients = [Client(app, token_for(subject=f"c{n}")) for n in range(6)]
    async with asyncio.timeout(60):
        while batches.waiting < 3 * MIB:  # noqa: ASYNC110 - until as much waits as may
            await asyncio.sleep(0.05)
    await asyncio.gather(*(one.until_it_stands() for one in clients))
    assert batches.waiting <= 3 * MIB + 6 * 256 * 1024, "and a little for each, so that who reads goes on"
    refused = await client.post(PATH, content=line(1))
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:shuangfu:problem:unavailable")
    assert int(refused.headers["retry-after"]) > 0
    for one in clients:
        one.goes = True
        one.reads.set()
    await asyncio.wait_for(asyncio.gather(*(one.request for one in clients)), 60)
    assert (batches.waiting, batches.running) == (0, 0)
    assert (await client.post(PATH, content=line(1))).status_code == 200


async def test_t25_batches__at_once_are_bounded(app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor) -> None:
    batches = bounded(app, most=2)
    two = [Client(app, token_for(), parts=1) for _ in range(2)]
    async with asyncio.timeout(30):
        while batches.running < 2:  # noqa: ASYNC110 - until both are there
            await asyncio.sleep(0.01)
    refused = await client.post(PATH, content=line(1))
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    for one in two:
        one.reads.set()
    await asyncio.wait_for(asyncio.gather(*(one.request for one in two)), 60)
    assert batches.running == 0
    assert (await client.post(PATH, content=line(1))).status_code == 200


async def test_t25_batch__that_is_cut_off_gives_back_what_it_held(app: FastAPI, token_for: TokenFor) -> None:
    batches = bounded(app)
    app.state.settings = app.state.settings.model_copy(update={"batch_patience_seconds": 0.3})
    one = Client(app, token_for(), parts=1)
    await asyncio.wait_for(one.request, 30)
    assert (batches.waiting, batches.running) == (0, 0)


async def test_t25_reader__goes_on_while_others_hold_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_ALWAYS_BYTES", 10)
    batches = Batches(most=2, waiting_bytes=100)
    stalled, reading = Results(60, batches), Results(60, batches)
    await stalled.put(b"x" * 100)
    taken = []

    async def read() -> None:
        async for part in reading:
            taken.append(part)

    async with asyncio.timeout(10):
        reader = asyncio.create_task(read())
        for _ in range(20):
            await reading.put(b"y" * 10)
        await reading.end()
        await reader
    assert len(taken) == 20
