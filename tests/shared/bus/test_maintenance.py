"""Maintenance: hourly tasks beside the relay, each in a transaction of its own, one worker at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from sqlalchemy import text

from shared.bus import maintenance
from shared.bus.maintenance import keep_maintaining, run_tasks
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import AsAdmin

BUS_UNAVAILABLE = {"bus": "kafka", "kafka_bootstrap": "127.0.0.1:1"}
NOTE = text("INSERT INTO notes (said) VALUES (:said)")


@pytest.fixture
async def database(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> Database:
    """A service's database with a table for what tasks write."""
    found = await database_for("registry")
    await as_admin(found.url, "CREATE TABLE notes (said text)")
    return found


async def note(tx: Transaction, said: str) -> None:
    await tx.execute(NOTE, {"said": said})


async def fail(tx: Transaction) -> None:
    await note(tx, "undone")
    raise RuntimeError("broken")


async def notes(database: Database) -> list[str]:
    async with database.transaction() as tx:
        return [row.said for row in await tx.rows(text("SELECT said FROM notes"))]


async def until_notes(database: Database, count: int) -> None:
    async with asyncio.timeout(30):
        while len(await notes(database)) < count:  # noqa: ASYNC110 - the condition lies in the database
            await asyncio.sleep(0.02)


async def test_run_tasks__one_that_fails_stops_no_other(database: Database) -> None:
    assert not await run_tasks("registry", database, [fail, partial(note, said="done")])
    assert await notes(database) == ["done"]
    assert await run_tasks("registry", database, [partial(note, said="done")])


async def test_run_tasks__nothing_while_another_worker_of_the_service_is_at_it(database: Database) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def linger(_: Transaction) -> None:
        begun.set()
        await go_on.wait()

    first = asyncio.create_task(run_tasks("registry", database, [linger]))
    await begun.wait()
    assert await run_tasks("registry", database, [partial(note, said="second")])
    assert await notes(database) == []
    assert await run_tasks("funding", database, [partial(note, said="another service")])
    go_on.set()
    assert await first
    assert await run_tasks("registry", database, [partial(note, said="later")])
    assert await notes(database) == ["another service", "later"]


@pytest.mark.parametrize("failing", [False, True], ids=["hourly", "again soon after a failure"])
async def test_keep_maintaining__runs_the_tasks_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, failing: bool
) -> None:
    monkeypatch.setattr(maintenance, "RETRY_SECONDS" if failing else "EVERY_SECONDS", 0.01)
    tasks = [partial(note, said="ran"), *([fail] if failing else [])]
    keeping = asyncio.create_task(keep_maintaining("registry", database, tasks))
    try:
        await until_notes(database, 3)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


OLD_KEY = (
    "INSERT INTO idempotency_keys (caller, key, route, request_hash, status, headers, body, created_at) "
    "VALUES ('caller', 'old', 'POST /x', '', 200, '{}', '', now() - interval '40 days')"
)
OLD_DAY = "SELECT outbox_prepare('2020-01-01', 1)"
LEFT = (
    "SELECT (SELECT count(*) FROM idempotency_keys) AS keys, to_regclass('outbox_20200101') IS NOT NULL AS old_day, "
    "to_regclass('outbox_' || to_char(now() AT TIME ZONE 'UTC' + interval '2 days', 'YYYYMMDD')) IS NOT NULL AS ahead"
)


@pytest.mark.parametrize("service", SERVICES)
async def test_worker__maintains_its_database_while_the_bus_is_unavailable(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], as_admin: AsAdmin, service: str
) -> None:
    settings = (await settings_for(service)).model_copy(update=BUS_UNAVAILABLE)
    await as_admin(settings.database_url, OLD_KEY, OLD_DAY)
    worker = make_worker(load(service), settings)
    worker.start()
    try:
        async with asyncio.timeout(30):
            while True:
                [left] = await as_admin.rows(settings.database_url, LEFT)
                if tuple(left) == (0, False, True):
                    break
                await asyncio.sleep(0.05)
    finally:
        await worker.stop()
        await worker.database.close()
