"""Health: live is what a restart would help with, ready is what can be done now, and each names the part at fault."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
import pytest

from services.registry.app import create_app
from shared.bus.receiving import progress as progress_module
from shared.bus.receiving.progress import Progress
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.urls import engine_url
from shared.web.app import create_worker_app
from shared.web.wire.health import DATABASE_SECONDS, Health
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import load, make_worker
from tests.clock import Clock
from tests.conftest import FAST
from tests.shared.telemetry.conftest import Open, until

SettingsFor = Callable[[str], Awaitable[ServiceSettings]]
QUICK = DATABASE_SECONDS + 8
"""The pool alone would wait for 10 s, a server that is stopped for ever."""
Ask = Callable[[str], Awaitable[dict[str, str]]]


def failing(response: httpx.Response) -> dict[str, str]:
    """The parts that are not well, each with what it says; the status has to agree."""
    body = response.json()
    found = {check["name"]: check["detail"] for check in body["checks"] if not check["ok"]}
    assert (response.status_code, body["status"]) == ((503, "failing") if found else (200, "ok"))
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress_module, "time", found)
    return found


async def until_unready(ask: Ask, *parts: str) -> None:
    """Until just these are not ready: a busy machine may take its second for a first connection."""

    async def said() -> bool:
        return list(await ask("/readyz")) == [*parts]

    await until(said)


@asynccontextmanager
async def asking(app: Any) -> AsyncIterator[Ask]:
    """`await ask("/readyz")`: what fails, answered in time."""
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):

        async def ask(path: str) -> dict[str, str]:
            started = time.monotonic()
            found = failing(await client.get(path))
            assert time.monotonic() - started < QUICK
            return found

        yield ask


async def test_pool_exhausted__is_not_ready_and_in_the_end_not_live(settings_for: SettingsFor) -> None:
    settings = await settings_for("registry")
    database = Database(settings.database_url, pool_size=1)
    app = create_app(settings, database=database)
    health = Health(database, None, pool_seconds=0.3)
    async with asking(app) as ask, AsyncExitStack() as held:
        await until_unready(ask)
        assert await ask("/healthz") == {}
        await held.enter_async_context(database.engine.connect())
        assert await ask("/readyz") == {"database": "no connection is free within 1 s"}
        assert await ask("/healthz") == {}, "it may pass by itself"
        await asyncio.sleep(0.35)
        [stuck] = [check for check in health.live() if not check.ok]
        assert stuck.name == "pool"
        assert stuck.detail.startswith("every connection is out")
        await held.aclose()
        assert all(check.ok for check in health.live())
        await until_unready(ask)


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A server that may be stopped."""
    with (
        TemporaryDirectory(prefix="shuangfu-health-") as folder,
        EmbeddedPostgres.start(Path(folder), settings=FAST) as s,
    ):
        yield s


async def test_postgresql_hanging_then_stopped__is_not_ready_and_live(
    settings_for: SettingsFor, own_postgres: EmbeddedPostgres
) -> None:
    settings = await settings_for("registry")
    app = create_app(settings, database=Database(engine_url(own_postgres.url()), pool_size=2))
    async with asking(app) as ask:
        await until_unready(ask)
        family = [psutil.Process(own_postgres.pid), *psutil.Process(own_postgres.pid).children(recursive=True)]
        for process in family:
            os.kill(process.pid, signal.SIGSTOP)
        try:
            assert await ask("/readyz") == {"database": "no answer within 1 s"}
            assert await ask("/healthz") == {}
        finally:
            for process in family:
                os.kill(process.pid, signal.SIGCONT)
        own_postgres.stop()
        assert list(await ask("/readyz")) == ["database"]
        assert await ask("/healthz") == {}, "a restart would not help"


async def test_broker_unreachable__worker_is_not_ready_and_live(settings_for: SettingsFor, clock: Clock) -> None:
    changes = {"bus": "kafka", "kafka_bootstrap": "127.0.0.1:1", "stall_seconds": 0.2}
    settings = (await settings_for("incubation")).model_copy(update=changes)
    worker = make_worker(load("incubation"), settings)
    async with asking(create_worker_app(settings, worker.database, worker)) as ask:

        async def noticed() -> dict[str, str]:
            return {part: said for part, said in (await ask("/readyz")).items() if "Kafka" in said}

        assert await until(noticed) == {"bus": "KafkaConnectionError"}
        # Far beyond twice the time after which a stall is one; then both parts are asked again.
        clock.move(1000)

        async def excused() -> bool:
            return worker.consumer.progress.standing_seconds == 0

        await until(excused)
        assert await ask("/healthz") == {}
        await until_unready(ask, "bus")


async def test_stalled_consumer__is_not_live_while_its_parts_answer(settings_for: SettingsFor) -> None:
    settings = (await settings_for("incubation")).model_copy(update={"stall_seconds": 0.2})
    worker = make_worker(load("incubation"), settings)

    async def stand_still(self: Any) -> None:
        await asyncio.Event().wait()

    worker.consumer._consume_until_it_breaks = stand_still.__get__(worker.consumer)  # type: ignore[method-assign]
    async with asking(create_worker_app(settings, worker.database, worker)) as ask:
        worker.consumer.progress.note(5, 100)

        async def red() -> dict[str, str]:
            return await ask("/healthz")

        found = await until(red)
        assert list(found) == ["consumer"]
        assert found["consumer"].startswith("lag 5, unmoved for")


async def test_parts__a_part_that_is_away_stops_the_clock_and_no_longer(
    settings_for: SettingsFor, clock: Clock
) -> None:
    settings = await settings_for("incubation")
    worker: Worker = make_worker(load("incubation"), settings)
    progress = Progress("x", stall_seconds=0.1)
    progress.note(5, 100)

    asked = 0

    async def away() -> None:
        nonlocal asked
        asked += 1
        raise ConnectionRefusedError

    async def back() -> None:
        nonlocal asked
        asked += 1

    async def asked_twice() -> None:
        """Whatever was under way is over, and another round too."""
        before = asked

        async def twice() -> bool:
            return asked >= before + 3

        await until(twice)

    parts = worker._parts
    answering = parts._asked["bus"]
    parts._asked["bus"] = away
    watch = asyncio.create_task(parts.watch(progress, every_seconds=0.02))
    try:
        clock.move(1000)
        await asked_twice()
        assert parts.unavailable == {"bus": "ConnectionRefusedError"}
        assert progress.healthy
        parts._asked["bus"] = back
        await asked_twice()
        assert parts.unavailable == {}
        clock.move(1000)
        await asked_twice()
        assert not progress.healthy
    finally:
        parts._asked["bus"] = answering
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await worker.stop()
        await worker.database.close()


async def test_gateway__names_the_service_and_the_part(open_house: Open) -> None:
    async with open_house() as house:

        async def ready() -> bool:
            return not failing(await house.client.get("/readyz"))

        await until(ready)
        checks = (await house.client.get("/readyz")).json()["checks"]
        assert {"registry.database", "registry.bus", "registry.relay", "funding.database"} <= {
            c["name"] for c in checks
        }
        live = (await house.client.get("/healthz")).json()["checks"]
        assert {"registry.consumer", "registry.worker", "funding.pool"} <= {check["name"] for check in live}
        name = house.urls["evaluation"].rpartition("/")[2]
        await house._as_admin(house.urls["funding"], f'DROP DATABASE "{name}" WITH (FORCE)')

        async def only_its_own() -> bool:
            found = failing(await house.client.get("/readyz"))
            return "evaluation.database" in found and {part.partition(".")[0] for part in found} == {"evaluation"}

        await until(only_its_own)
        assert failing(await house.client.get("/healthz")) == {}
