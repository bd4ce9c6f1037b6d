"""S15: an import's process is killed in the middle of a chunk: nothing is lost, and nothing is taken twice."""

import asyncio
import os
import signal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.filed_bodies.helpers import COUNT, csv, post_file, row
from tests.registry.helpers import rows
from tests.registry.imports.helpers import counts, finished

CHUNK, TOTAL = 50, 230


def work_off(database_url: str, marker: str, stop_in: int) -> None:
    """In a process of its own: run imports, and stand still inside the given chunk, its rows written, not committed."""
    from services.registry.imports import runner
    from services.registry.policies import read_registration_policies
    from services.registry.settings import Settings
    from shared.db.access import system_access
    from shared.db.session import Database
    from shared.settings import REPOSITORY_POLICIES
    from tests.registry.imports.helpers import WORDS

    runner.CHUNK_ROWS = CHUNK
    note, seen = runner.queries.note_progress, 0

    async def note_or_stand_still(*given: Any) -> None:
        nonlocal seen
        seen += 1
        await note(*given)
        if seen == stop_in:
            os.mknod(marker)
            await asyncio.sleep(600)

    runner.queries.note_progress = note_or_stand_still  # type: ignore[assignment]

    async def run() -> None:
        database = Database(database_url, access=system_access("registry", "worker"))
        settings = Settings.model_construct(allow_sample_codes=True, poll_seconds=0.1)
        policies = read_registration_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
        await runner.run_imports(database, settings, WORDS, policies)

    asyncio.run(run())


async def test_s15_import__killed_in_the_middle_loses_nothing_and_takes_nothing_twice(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    made = [row(n, kind="?") if n % 70 == 0 else row(n) for n in range(1, TOTAL + 1)]
    posted = (await post_file(client, csv(made))).json()
    url, marker = app.state.settings.database_url, tmp_path / "standing-still"
    first = get_context("spawn").Process(target=work_off, args=(url, str(marker), 3), daemon=True)
    first.start()
    try:
        async with asyncio.timeout(60):
            while not marker.exists():  # noqa: ASYNC110 - until two chunks are saved and the third is written
                await asyncio.sleep(0.05)
        assert first.pid is not None
        os.kill(first.pid, signal.SIGKILL)
        await asyncio.to_thread(first.join, 10)
        assert first.exitcode == -signal.SIGKILL
    finally:
        first.kill()
    midway = (await client.get(f"/v1/imports/{posted['id']}")).json()
    assert (midway["state"], midway["counts"]) == ("running", counts(total=TOTAL, done=100, created=99, refused=1))
    assert await rows(app, COUNT) == [{"n": 99}], "the chunk that was being written is gone"
    second = get_context("spawn").Process(target=work_off, args=(url, str(marker), 0), daemon=True)
    second.start()
    try:
        found = await finished(client, posted["id"])
    finally:
        second.kill()
        await asyncio.to_thread(second.join, 10)
    assert (found["state"], found["counts"]) == ("completed", counts(total=TOTAL, created=TOTAL - 3, refused=3))
    assert await rows(app, COUNT) == [{"n": TOTAL - 3}]
    errors = (await client.get(f"/v1/imports/{posted['id']}/errors")).json()["items"]
    assert [(one["row"], one["key"]) for one in errors] == [(71, "70"), (141, "140"), (211, "210")]
    written = "SELECT count(*) AS n, count(DISTINCT object_id) AS ids FROM audit_log WHERE object_type = 'filed_bodies'"
    assert await rows(app, written) == [{"n": TOTAL - 3, "ids": TOTAL - 3}]
