"""The cut: no event is between two databases of a backup, and writers wait for it only briefly."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.bus.maintenance import run_tasks
from shared.bus.sending.housekeeping import keep_outbox_days
from shared.db.session import Database
from shared.urls import driver_url, engine_url
from shuangfu.backups import cut as cutting
from shuangfu.backups.cut import Snapshot, take_cut
from shuangfu.backups.places import BackupError, Place
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import SYSTEM, Templates
from tests.operations.backup.deployments import drop_deployment, execute, fetch, make_deployment

EMIT = (
    "INSERT INTO outbox (id, topic, key, type, subject, sequence, occurred_at, data) "
    "VALUES ($1, 't', 'k', 'y', $2, 1, now(), '{}')"
)
CLAIM = "INSERT INTO inbox (event_id, consumer) VALUES ($1, 'c')"


@pytest.fixture
async def places(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[Sequence[Place]]:
    made = await make_deployment(postgres_server, templates)
    yield made
    await drop_deployment(postgres_server, made[0].database.removesuffix("registry"))


async def chain(places: Sequence[Place], slowest: list[float]) -> None:
    """An event of the registry's, claimed by incubation with one of its own, claimed by the registry; for ever."""
    registry, incubation = [await asyncpg.connect(driver_url(place.url)) for place in places[:2]]
    try:
        while True:
            first, second = uuid4(), uuid4()
            began = time.monotonic()
            await registry.execute(EMIT, first, str(first))
            async with incubation.transaction():
                await incubation.execute(CLAIM, first)
                await incubation.execute(EMIT, second, str(second))
            await registry.execute(CLAIM, second)
            slowest.append(time.monotonic() - began)
    finally:
        await registry.close()
        await incubation.close()


async def until_more(took: list[float], count: int) -> None:
    """Wait until `count` rounds of the chains are done. Raises TimeoutError."""
    async with asyncio.timeout(60):
        while len(took) <= count:  # noqa: ASYNC110 - other tasks' doing
            await asyncio.sleep(0.02)


async def ids(snapshot: Snapshot, column: str, table: str) -> set[UUID]:
    return {row[0] for row in await snapshot.connection.fetch(f"SELECT {column} FROM {table}")}


async def test_cut__no_claim_without_its_event_under_load(
    places: Sequence[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = cutting._snapshot

    async def slow(*given: object) -> Snapshot:
        # As if there were many distant databases: without fences, events would pass between two snapshots.
        await asyncio.sleep(0.1)
        return await quick(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(cutting, "_snapshot", slow)
    took: list[float] = []
    load = [asyncio.create_task(chain(places, took)) for _ in range(4)]
    try:
        await until_more(took, 20)
        for _ in range(3):
            before = len(took)
            async with take_cut(places, lock_seconds=2) as cut:
                registry, incubation = cut.snapshots[:2]
                sent = await ids(registry, "id", "outbox")
                answered = await ids(incubation, "id", "outbox")
                assert len(sent) > 20
                assert await ids(incubation, "event_id", "inbox") <= sent
                assert await ids(registry, "event_id", "inbox") <= answered
                await until_more(took, before + 8)  # the snapshots are held, and writers continue
                assert await ids(registry, "id", "outbox") == sent
                assert cut.fenced_seconds < 5 * 0.1 + 5
    finally:
        for task in load:
            task.cancel()
        results = await asyncio.gather(*load, return_exceptions=True)
    assert [type(result) for result in results] == [asyncio.CancelledError] * 4


async def test_cut__an_open_transaction_delays_it_and_holds_off_nobody_for_long(
    places: Sequence[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "ATTEMPTS", 4)
    holder = await asyncpg.connect(driver_url(places[2].url))
    took: list[float] = []
    load = asyncio.create_task(chain(places, took))
    try:
        await until_more(took, 1)
        await holder.execute("BEGIN")
        await holder.execute(EMIT, uuid4(), "held")
        before = len(took)
        with pytest.raises(BackupError, match="kept its events open in each of 4 attempts"):
            async with take_cut(places, lock_seconds=0.3):
                pass
        assert len(took) > before + 3, "between two attempts the writers go on"
        assert max(took) < 5
        await holder.execute("COMMIT")
        async with take_cut(places, lock_seconds=0.3) as cut:
            rows = await cut.snapshots[2].connection.fetch("SELECT subject FROM outbox")
            assert [row["subject"] for row in rows] == ["held"]
    finally:
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
        await holder.close()


async def test_cut__housekeeping_of_the_outbox_does_not_block_the_writers(places: Sequence[Place]) -> None:
    registry = places[0]
    await execute(registry.url, "SELECT outbox_prepare('2020-01-01', 1)")
    database = Database(engine_url(registry.url), access=SYSTEM)
    keep_days = partial(keep_outbox_days, service="registry", replay_days=7)
    writer = await asyncpg.connect(driver_url(registry.url))
    try:
        async with take_cut(places, lock_seconds=1):
            began = time.monotonic()
            keeping = asyncio.create_task(run_tasks("registry", database, [keep_days]))
            await asyncio.sleep(0.05)
            await asyncio.wait_for(writer.execute(EMIT, uuid4(), "meanwhile"), 20)
            assert await asyncio.wait_for(keeping, 20), "postponed is no failure"
            assert time.monotonic() - began < 10
            there = "SELECT to_regclass('outbox_20200101') IS NOT NULL"
            assert await writer.fetchval(there), "a backup is reading it"
        assert await run_tasks("registry", database, [keep_days])
        assert not await writer.fetchval(there)
    finally:
        await database.close()
        await writer.close()


async def test_cut__not_while_a_migration_runs(places: Sequence[Place]) -> None:
    migrator = await asyncpg.connect(driver_url(places[1].url))
    try:
        await migrator.execute("BEGIN; SELECT pg_advisory_xact_lock(hashtext('migrate'))")
        with pytest.raises(BackupError, match="is being migrated"):
            async with take_cut(places, lock_seconds=1):
                pass
    finally:
        await migrator.close()
    async with take_cut(places, lock_seconds=1) as cut:
        rows = await fetch(places[1].url, "SELECT pg_try_advisory_xact_lock(hashtext('migrate'))")
        assert not rows[0][0], "and none begins while the backup reads"
        assert len(cut.snapshots) == 5
