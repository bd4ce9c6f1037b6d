"""Imports in tests: invented files, and the runner step by step."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from services.registry.import_words import read_words
from services.registry.imports import runner
from services.registry.organizations.terms import Terms
from shared.db.base import utc_now
from shared.field.files.writing import write_table
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from tests.registry.conftest import registration
from tests.registry.helpers import code

Row = dict[str, Any]


WORDS = read_words(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
WORDS_IN_FORCE = WORDS.words("330106", date(2026, 3, 2))[0]
COLUMNS = {str(name): headings for name, headings in WORDS_IN_FORCE.headings.items()}
NAMES = [name for name in COLUMNS if name not in ("location", "source", "status")]


CHINESE = {name: aliases[0] for name, aliases in COLUMNS.items()}


def row(number: int, **changes: Any) -> Row:
    return {"uscc": code(number), **registration(**changes)}


def xlsx(made: Sequence[Row], *, columns: Sequence[str] = NAMES) -> bytes:
    return write_table(columns, made)


def as_csv(made: Sequence[Row], encoding: str, *, columns: Sequence[str] = NAMES) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, [CHINESE[name] for name in columns])
    writer.writeheader()
    writer.writerows({CHINESE[name]: one.get(name) for name in columns} for one in made)
    return target.getvalue().encode(encoding)


def ndjson(made: Sequence[Row | bytes]) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else orjson.dumps(one) for one in made)


async def post(client: httpx.AsyncClient, content: bytes, filename: str, **form: str) -> httpx.Response:
    return await client.post("/v1/imports", files={"file": (filename, content)}, data=form)


async def step(app: FastAPI, opened: Any = None) -> Any:
    terms = Terms(app.state.policies, utc_now(), allow_sample_codes=True)
    return await runner._step(app.state.worker_database, opened, terms, words=WORDS)


async def work_off(app: FastAPI) -> None:
    """Take up the next file and work off its chunks."""
    opened = await step(app)
    while opened is not None:
        opened = await step(app, opened)


async def finished(client: httpx.AsyncClient, import_id: str, seconds: float = 40) -> Row:
    for _ in range(int(seconds / 0.05)):
        found: Row = (await client.get(f"/v1/imports/{import_id}")).json()
        if found["state"] in ("completed", "failed"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {found['state']}")


async def import_file(app: FastAPI, client: httpx.AsyncClient, content: bytes, filename: str, **form: str) -> Row:
    response = await post(client, content, filename, **form)
    assert response.status_code == 202, response.text
    await work_off(app)
    return await finished(client, response.json()["id"], 1)


def counts(**given: int) -> dict[str, int]:
    found = {"total": 0, "done": 0, "created": 0, "changed": 0, "same": 0, "refused": 0, **given}
    return {**found, "done": given.get("done", found["total"])}


@asynccontextmanager
async def running(app: FastAPI, **changes: Any) -> AsyncIterator[None]:
    """The background runner, as the worker runs it."""
    settings: ServiceSettings = app.state.settings.model_copy(update=changes)
    task = asyncio.create_task(runner.run_imports(app.state.worker_database, settings, WORDS, app.state.policies))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
