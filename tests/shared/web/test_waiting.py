"""A transaction that waits for another's lock, or stands still while others wait for its own, ends by itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from services.registry.app import create_app
from services.registry.civil_affairs import writing
from tests.conftest import SYSTEM, AsAdmin, Hands
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.shared.web.conftest import SettingsFor, client_of, count

FIRST, SECOND = (f"/v1/civil-affairs/registrations/{code(number)}" for number in (451, 452))


@pytest.fixture
async def impatient(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a registry that waits for half a second at most, and stands still for two."""
    async with AsyncExitStack() as stack:
        settings = await settings_for("registry")
        given = settings.model_copy(update={"lock_seconds": 0.5, "idle_transaction_seconds": 2})
        yield await client_of(create_app(given), stack, hands, as_admin)


async def test_lock__that_is_not_let_go_is_a_503_to_try_again(impatient: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    assert (await impatient.put(FIRST, json=registration())).status_code == 201
    url = impatient.app.state.database.url  # type: ignore[attr-defined]
    async with as_admin.connected(url) as psql, psql.transaction():
        await psql.execute(f"SELECT FROM organizations WHERE uscc = '{code(451)}' FOR UPDATE")
        changed = registration(full_members=9, as_of="2026-04-01T00:00:00+08:00")
        answer = await impatient.put(FIRST, json=changed)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["type"] == "urn:shuangfu:problem:unavailable"
    assert await count(impatient, "organizations") == 1
    assert (await impatient.put(SECOND, json=registration())).status_code == 201


async def test_pool__connections_that_the_server_ended_meanwhile_cost_nobody_an_answer(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin
) -> None:
    """PostgreSQL was restarted: every connection that lay in the pool is closed, and known to be."""
    async with AsyncExitStack() as opened:
        client = await client_of(create_app(await settings_for("registry")), opened, hands, as_admin)
        await _end_all_connections(client, as_admin)
        for path in (FIRST, SECOND):
            assert (await client.put(path, json=registration())).status_code == 201


async def _end_all_connections(client: httpx.AsyncClient, as_admin: AsAdmin) -> None:
    database = client.app.state.database  # type: ignore[attr-defined]
    async with AsyncExitStack() as stack:
        pooled = [(await stack.enter_async_context(database.transaction(SYSTEM))).driver for _ in range(5)]
    ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
    async with as_admin.connected(database.url) as psql:
        assert len(await psql.fetch(ended, psql.get_server_pid())) >= 5
    async with asyncio.timeout(30):
        while not all(connection.is_closed() for connection in pooled):  # noqa: ASYNC110 - the driver sets a flag
            await asyncio.sleep(0.01)


async def test_transaction__that_stands_still_is_ended_and_others_go_on(
    impatient: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    emit, began, goes_on = writing.emit, asyncio.Event(), asyncio.Event()

    async def emit_and_stand_still(tx, events):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(writing, "emit", emit)
        await emit(tx, events)
        began.set()
        await goes_on.wait()

    monkeypatch.setattr(writing, "emit", emit_and_stand_still)
    still = asyncio.create_task(impatient.put(FIRST, json=registration()))
    async with asyncio.timeout(30):
        await began.wait()
        # The same code: it waits for the one that stands still.
        while (answer := await impatient.put(FIRST, json=registration())).status_code == 503:
            pass
    assert answer.status_code == 201
    assert not still.done()
    goes_on.set()
    assert (await still).status_code == 503
    assert await count(impatient, "organizations") == 1
