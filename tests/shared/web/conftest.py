"""Apps of the services on fresh databases, and one with routes made for these tests."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Response
from pydantic import BaseModel
from sqlalchemy import text

from services.registry.app import create_app
from shared.db.session import Database
from shared.problems.inputs import Body
from shared.problems.problems import IllegalTransition
from shared.settings import ServiceSettings
from shared.web.app import create_service_app
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.once import OnceOnly
from shared.web.routes import Tx, answer
from tests.conftest import SYSTEM, AsAdmin, Hands

SettingsFor = Callable[[str], Awaitable[ServiceSettings]]


class Thing(Body):
    name: str
    fail: bool = False


class Made(BaseModel):
    number: int


router = APIRouter(route_class=GuardedRoute)
MAY = [requires(Permission.REGISTRY_READ)]


@router.post("/things", dependencies=MAY)
async def post_thing(tx: Tx, once: OnceOnly, body: Thing) -> Response:
    async def run() -> Response:
        number = await tx.scalar(text("INSERT INTO things (name) VALUES (:name) RETURNING number"), {"name": body.name})
        if body.fail:
            raise IllegalTransition(state="failed", action="post")
        await tx.execute(text("SELECT pg_sleep(0.05)"))
        return answer(Made(number=number), 201, version=number)

    return await once(run)


@router.post("/paid", dependencies=MAY)
async def post_paid(tx: Tx, once: OnceOnly) -> Response:
    async def run() -> Response:
        return answer(Made(number=1))

    return await once(run, required=True)


@router.get("/broken", dependencies=MAY)
async def broken() -> Response:
    raise RuntimeError("never shown to a client: /secret/path")


@pytest.fixture(autouse=True)
def _quiet_logs() -> Iterator[None]:
    """Tracebacks with every local variable take seconds to draw, and nobody looks at them here."""
    with structlog.testing.capture_logs():
        yield


async def client_of(app: FastAPI, stack: AsyncExitStack, hands: Hands, as_admin: AsAdmin) -> httpx.AsyncClient:
    """A client of an app; `client.app` is the app."""
    await stack.enter_async_context(app.router.lifespan_context(app))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands))
    client.app = app  # type: ignore[attr-defined]
    client.as_admin = as_admin  # type: ignore[attr-defined]
    return client


@pytest.fixture
async def registry(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the registry."""
    async with AsyncExitStack() as stack:
        app = create_app(await settings_for("registry"))
        yield await client_of(app, stack, hands, as_admin)


@pytest.fixture
async def things(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app with the routes above."""
    async with AsyncExitStack() as stack:
        settings = await settings_for("registry")
        database = Database(settings.database_url)
        app = create_service_app(settings, database, [router], reads=Permission.REGISTRY_READ)
        await as_admin(
            database.url, "CREATE TABLE things (number bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL)"
        )
        yield await client_of(app, stack, hands, as_admin)


async def count(client: Any, table: str) -> int:
    """Rows of a table of the client's app."""
    async with client.app.state.database.transaction(SYSTEM) as tx:
        return int(await tx.scalar(text(f"SELECT count(*) FROM {table}")))


async def execute(client: Any, *statements: str) -> None:
    """Run statements in the database of the client's app, as its administrator."""
    await client.as_admin(client.app.state.database.url, *statements)
