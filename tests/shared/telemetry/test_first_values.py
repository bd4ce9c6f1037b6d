"""Gauges of a last time exist from the start: an alert does not fire for a series that does not exist."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from shared.audit.anchor_lines import Anchor, sign_line
from shared.audit.anchoring import keep_anchoring
from shared.audit.anchors import Anchors
from shared.bus.handlers import Handlers
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.telemetry.sampling import keep_sampling
from tests.conftest import SYSTEM
from tests.shared.telemetry.conftest import until
from tests.shared.telemetry.test_metrics import running

SettingsFor = Callable[[str], Awaitable[ServiceSettings]]
ANCHORED = "shuangfu_audit_anchored_timestamp_seconds"
SAMPLED = "shuangfu_sampled_timestamp_seconds"
BUS_AWAY = {"bus": "kafka", "kafka_bootstrap": "127.0.0.1:1"}


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


@pytest.fixture
async def away() -> AsyncIterator[Database]:
    """A database that does not answer."""
    database = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", access=SYSTEM)
    yield database
    await database.close()


def logged(lines: Callable[[], list[dict[str, object]]], event: str) -> list[dict[str, object]]:
    return [line for line in lines() if line["event"] == event]


async def test_anchored__a_folder_that_cannot_be_written_is_late_since_the_start(
    away: Database, tmp_path: Path, lines: Callable[[], list[dict[str, object]]]
) -> None:
    service, started = f"s-{uuid4().hex[:8]}", time.time()
    in_the_way = tmp_path / "anchors"
    in_the_way.write_text("a file where the folder should be")

    async def failed(times: int) -> bool:
        return len(logged(lines, "audit_not_anchored")) >= times

    async with running(keep_anchoring(away, in_the_way, service, 0.1)):
        await until(partial(failed, 1))
        shown = value(ANCHORED, service=service)
        assert shown is not None
        assert started <= shown <= time.time()
        await until(partial(failed, 3))
        assert value(ANCHORED, service=service) == shown, "it does not move while it fails"


async def test_anchored__after_a_restart_the_last_anchor_of_the_file_counts(
    away: Database, tmp_path: Path, lines: Callable[[], list[dict[str, object]]]
) -> None:
    service = f"s-{uuid4().hex[:8]}"
    anchors = Anchors(tmp_path, service)
    long_ago = Anchor(service, 1767225600, {"330106": (1, "00")}, 1, "")
    anchors.file.write_bytes(sign_line(long_ago, anchors._private_key()))

    async def failed() -> bool:
        return bool(logged(lines, "audit_not_anchored"))

    async with running(keep_anchoring(away, tmp_path, service, 60)):
        await until(failed)
        assert value(ANCHORED, service=service) == long_ago.at


async def test_anchored__a_last_line_that_was_touched_still_gives_a_series(
    away: Database, tmp_path: Path, lines: Callable[[], list[dict[str, object]]]
) -> None:
    service, started = f"s-{uuid4().hex[:8]}", time.time()
    anchors = Anchors(tmp_path, service)
    anchors.append({"330106": (1, "00")})
    anchors.file.write_bytes(b"x" + anchors.file.read_bytes())

    async def failed() -> bool:
        return bool(logged(lines, "audit_not_anchored"))

    async with running(keep_anchoring(away, tmp_path, service, 60)):
        await until(failed)
        shown = value(ANCHORED, service=service)
    assert shown is not None
    assert started <= shown <= time.time()
    assert logged(lines, "last_anchor_not_read")


async def test_sampled__counts_from_the_start_where_nothing_could_be_read() -> None:
    service, started, attempts = f"s-{uuid4().hex[:8]}", time.time(), 0

    async def read() -> None:
        nonlocal attempts
        attempts += 1
        raise ConnectionError("away")

    async def tried(times: int) -> bool:
        return attempts >= times

    async with running(keep_sampling(service, "bus", 0.1, read, lambda: None)):
        await until(partial(tried, 1))
        shown = value(SAMPLED, service=service, sample="bus")
        assert shown is not None
        assert started <= shown <= time.time()
        await until(partial(tried, 3))
        assert value(SAMPLED, service=service, sample="bus") == shown, "it does not move while it fails"


async def test_worker__anchors_and_does_its_jobs_while_the_bus_is_away(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    settings = (await settings_for("funding")).model_copy(update={**BUS_AWAY, "audit_anchors": tmp_path})
    began = asyncio.Event()

    async def job() -> None:
        began.set()
        await asyncio.Event().wait()

    database = Database(settings.database_url, access=SYSTEM)
    worker = Worker(settings, database, Handlers({}), [job])
    anchors = Anchors(tmp_path, "funding")

    async def anchored() -> bool:
        return anchors.last() is not None

    worker.start()
    try:
        await until(anchored)
        async with asyncio.timeout(120):
            await began.wait()
        assert not next(check for check in worker.ready() if check.name == "bus").ok
        assert all(check.ok for check in worker.live())
    finally:
        await worker.stop()
        await database.close()


async def test_worker__a_job_that_ends_with_an_error_is_told_and_fails_liveness(
    settings_for: SettingsFor, lines: Callable[[], list[dict[str, object]]]
) -> None:
    settings = (await settings_for("funding")).model_copy(update=BUS_AWAY)

    async def job() -> None:
        raise RuntimeError("broken")

    database = Database(settings.database_url, access=SYSTEM)
    worker = Worker(settings, database, Handlers({}), [job])

    async def told() -> bool:
        return bool(logged(lines, "background_task_failed"))

    worker.start()
    try:
        await until(told)
        [line] = logged(lines, "background_task_failed")
        assert (line["task"], line["error"]) == ("job 1:funding", "RuntimeError: broken")
        assert [check.name for check in worker.live() if not check.ok] == ["worker"]
    finally:
        await worker.stop()
        await database.close()
