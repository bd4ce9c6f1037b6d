"""Lock order: rows before the audit head, so that a writer that waits for a row blocks no other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from tests.conftest import SYSTEM
from tests.registry.conftest import registration
from tests.registry.contact_helpers import put_contact
from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver, extended, formed, organizations

FOR_ME = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
LATER = "2026-04-01T00:00:00Z"


@pytest.fixture
async def area(app: FastAPI, client: httpx.AsyncClient) -> tuple[UUID, list[str]]:
    """Three organizations, of which an area covers the first."""
    ids = await organizations(client, 3)
    event = formed(ids[0], form="area")
    await deliver(app, event)
    return event.data.party_organization_id, ids


@asynccontextmanager
async def held(
    app: FastAPI, table: str, row: object, waiter: Awaitable[object], *, column: str = "id"
) -> AsyncIterator[None]:
    """While the block runs a row is locked and `waiter` waits for it; it gets through after the block."""
    async with asyncio.TaskGroup() as group, app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text(f"SELECT FROM {table} WHERE {column} = :id FOR UPDATE"), {"id": row})
        task = group.create_task(_finish(waiter))
        async with asyncio.timeout(9):
            while not await tx.scalar(text(FOR_ME)):
                assert not task.done(), "it did not wait"
                await asyncio.sleep(0.01)
        yield


async def _finish(waiter: Awaitable[object]) -> None:
    answer = await waiter
    assert answer is None or (isinstance(answer, httpx.Response) and answer.status_code == 200), answer


async def assert_others_write(client: httpx.AsyncClient) -> None:
    """Another organization of the division, whose chain is everybody's."""
    async with asyncio.timeout(9):
        assert (await put(client, code(99))).status_code == 201


async def test_consumer_that_waits_for_an_organization(
    app: FastAPI, client: httpx.AsyncClient, area: tuple[UUID, list[str]]
) -> None:
    party, ids = area
    async with held(app, "organizations", UUID(ids[2]), deliver(app, formed(ids[1]), extended(party, ids[2]))):
        await assert_others_write(client)


async def test_consumer_that_waits_for_who_loses_an_organization(
    app: FastAPI, client: httpx.AsyncClient, area: tuple[UUID, list[str]]
) -> None:
    party, ids = area
    async with held(app, "party_organizations", party, deliver(app, formed(ids[1]), formed(ids[0]))):
        await assert_others_write(client)


async def test_list_that_waits_for_an_organization(
    app: FastAPI, client: httpx.AsyncClient, area: tuple[UUID, list[str]]
) -> None:
    changed = registration(street="文新街道", as_of=LATER)
    lines = b"\n".join(orjson.dumps({"uscc": code(number), **changed}) for number in (98, 2))
    batch = client.post("/v1/civil-affairs/registrations:batch", content=lines)
    async with held(app, "organizations", UUID(area[1][1]), batch):
        await assert_others_write(client)


async def test_deregistration_that_waits_for_who_covered_it(
    app: FastAPI, client: httpx.AsyncClient, area: tuple[UUID, list[str]]
) -> None:
    async with held(app, "party_organizations", area[0], put(client, code(1), status="deregistered", as_of=LATER)):
        await assert_others_write(client)


@pytest.mark.parametrize("table", ["contacts", "coverages"])
async def test_move_that_waits_for_what_follows(
    app: FastAPI, client: httpx.AsyncClient, area: tuple[UUID, list[str]], table: str
) -> None:
    """Foreign keys move contacts and coverages, and they do so before the audit appends anything."""
    assert (await put_contact(client, code(1))).status_code == 201
    move = put(client, code(1), division="330102", as_of=LATER)
    async with held(app, table, UUID(area[1][0]), move, column="organization_id"):
        async with asyncio.timeout(9):
            assert (await put(client, code(99), division="330102")).status_code == 201
