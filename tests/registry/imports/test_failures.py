"""Imports that fail: what breaks holds up no other, and its file goes."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.civil_affairs import registering
from services.registry.imports import runner
from shared.field.files import process
from shared.settings import ServiceSettings
from tests.conftest import SYSTEM
from tests.registry.helpers import code, rows
from tests.registry.imports.helpers import counts, finished, post, row, running, step, xlsx


async def test_import__one_that_breaks_fails_and_the_next_goes_on(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = registering.register

    async def register(tx: Any, registrations: Any, *more: Any) -> Any:
        if registrations[0].uscc == code(1):
            await tx.execute(text("SELECT 1/0"))
        return await real(tx, registrations, *more)

    monkeypatch.setattr(registering, "register", register)
    broken = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    good = (await post(client, xlsx([row(2)]), "b.xlsx")).json()
    async with running(app):
        assert (await finished(client, broken["id"]))["state"] == "failed"
        assert (await finished(client, good["id"]))["state"] == "completed"
    assert await rows(app, COUNT) == [{"n": 1}]
    assert await rows(app, LEFT) == [{"n": 0}], "the file goes"


async def test_import__one_that_breaks_while_the_database_is_unavailable_is_given_up_later(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its giving up fails too: that once ended the worker, relay and consumer with it."""
    fail, away = runner.queries.fail, [ConnectionResetError("away"), ConnectionResetError("still away")]

    async def fail_later(tx: Any, import_id: Any) -> None:
        if away:
            raise away.pop()
        await fail(tx, import_id)

    async def broken_register(tx: Any, *_: Any) -> Any:
        await tx.execute(text("SELECT 1/0"))

    monkeypatch.setattr(runner.queries, "fail", fail_later)
    monkeypatch.setattr(registering, "register", broken_register)
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with running(app):
        assert (await finished(client, posted["id"]))["state"] == "failed"
    assert not away


async def test_import__content_that_cannot_be_read_any_more_fails_and_the_next_goes_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    broken = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE imports SET content = 'no workbook'"))
    good = (await post(client, xlsx([row(2)]), "b.xlsx")).json()
    async with running(app):
        assert (await finished(client, broken["id"]))["state"] == "failed"
        assert (await finished(client, good["id"]))["state"] == "completed"
    assert await rows(app, LEFT) == [{"n": 0}], "the file goes"


async def test_import__sample_codes_are_refused_where_they_are_barred(
    app: FastAPI, client: httpx.AsyncClient, settings_for: Callable[[str], Awaitable[ServiceSettings]]
) -> None:
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with running(app, allow_sample_codes=False):
        found = await finished(client, posted["id"])
    assert found["counts"] == counts(total=1, refused=1)


async def test_t23_import__the_runner_reads_under_the_same_bounds(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    monkeypatch.setattr(process, "MAX_SECONDS", 0.001)
    assert await step(app) is None
    failed = await finished(client, posted["id"], 1)
    assert (failed["state"], failed["problem"]["reason"]) == ("failed", "file_too_slow")
    refused = await post(client, xlsx([row(1)]), "a.xlsx")
    assert (refused.status_code, refused.json()["reason"]) == (422, "file_too_slow")


COUNT = "SELECT count(*) AS n FROM organizations"
LEFT = "SELECT count(content) AS n FROM imports"
