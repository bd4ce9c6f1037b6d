"""The four services in this process, as production opens them: apps behind one gateway, workers, one transport.

For the faults that need a hand inside: a commit held back, a task cancelled at an await, a handler slowed.
What kills processes is in `stack.py`.
"""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import make_url, text
from starlette.applications import Starlette
from starlette.routing import Mount

from shared.bus.handlers import Handler, Handlers
from shared.bus.receiving.consumer import Consumer
from shared.bus.transports.transport import Transport
from shared.bus.worker import Worker, make_transport
from shared.contracts.catalog import TOPICS, dead_letter_topic
from shared.db.session import Database, Record
from shared.settings import ServiceSettings
from shared.urls import with_database
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import SYSTEM, AsAdmin, Hands, NewDatabase, TokenFor, make_settings
from tests.faults.checker.invariants import settle
from tests.faults.rig.subscribers import GROUPS
from tests.faults.rig.taps import Groups, KafkaTap, LogTap, Tap

Wrap = Callable[[Handler], Handler]
EVERY_TOPIC = (*TOPICS, *(dead_letter_topic(service) for service in SERVICES))


@dataclass
class Part:
    """One service: its app, and its worker while it runs."""

    settings: ServiceSettings
    app: FastAPI
    worker: Worker | None = None

    @property
    def database(self) -> Database:
        """The app's own."""
        found: Database = self.app.state.database
        return found


class House:
    """All four, and what tests do with them."""

    def __init__(
        self,
        parts: dict[str, Part],
        inside: httpx.AsyncBaseTransport,
        token_for: TokenFor,
        tap: Tap,
        server: EmbeddedPostgres,
    ) -> None:
        self.parts = parts
        self.inside = inside
        """The gateway, without a network; paths begin with the service's name."""
        self.http = httpx.AsyncClient(transport=inside, base_url="http://house", auth=Hands(token_for))
        self.token_for = token_for
        self.tap = tap
        self._server = server
        self._as_admin = AsAdmin(server)
        self._wraps: dict[str, Wrap] = {}

    @property
    def databases(self) -> dict[str, str]:
        """Service to its database's URL, as its administrator."""
        urls = {name: part.settings.database_url for name, part in self.parts.items()}
        return {name: with_database(self._server.url(), str(make_url(url).database)) for name, url in urls.items()}

    def database(self, service: str) -> Database:
        """The app's own database."""
        return self.parts[service].database

    def worker(self, service: str) -> Worker:
        """The worker that runs."""
        worker = self.parts[service].worker
        assert worker is not None
        return worker

    def groups(self, *services: str) -> Groups:
        """Consumer groups with their topics."""
        return {name: self.worker(name).handlers.topics for name in services or SERVICES}

    def wrap(self, service: str, wrap: Wrap) -> None:
        """Put something around each handler of a service, from its next start on."""
        self._wraps[service] = wrap

    async def close(self) -> None:
        """Stop what runs: all of it, whatever of it fails to."""
        workers = [part.worker for part in self.parts.values() if part.worker is not None]
        ends = [*(worker.stop() for worker in workers), self.http.aclose()]
        failed = await asyncio.gather(*ends, return_exceptions=True)
        failed += await asyncio.gather(*(worker.database.close() for worker in workers), return_exceptions=True)
        errors = [error for error in failed if isinstance(error, Exception)]
        if errors:
            raise ExceptionGroup("the house was not left in order", errors)

    async def start(self, *services: str) -> None:
        """Start workers (all, or the named ones)."""
        for name in services or SERVICES:
            part = self.parts[name]
            part.worker = make_worker(load(name), part.settings)
            if name in self._wraps:
                part.worker.handlers = part.worker.consumer._handlers = wrapped(part.worker.handlers, self._wraps[name])
            part.worker.consumer._retry_seconds = 0.01
            part.worker.start()

    async def stop(self, *services: str) -> None:
        """Stop workers; their apps go on."""
        for name in services or SERVICES:
            worker = self.worker(name)
            await worker.stop()
            await worker.database.close()

    def member(self, service: str, **options: Any) -> tuple[Consumer, Transport]:
        """A further consumer of a service's group, with a transport of its own."""
        worker = self.worker(service)
        transport = make_transport(worker.settings)
        options = {"poll_seconds": 0.2, "retry_seconds": 0.01, **options}
        return Consumer(service, worker.database, transport, worker.handlers, **options), transport

    async def rows(self, service: str, statement: str, **parameters: Any) -> list[Record]:
        """What the system sees."""
        async with self.database(service).transaction(SYSTEM) as tx:
            return await tx.records(text(statement), parameters)

    async def scalar(self, service: str, statement: str, **parameters: Any) -> Any:
        """The first column of the first row."""
        [row, *_] = await self.rows(service, statement, **parameters)
        return next(iter(row.values()))

    async def change(self, service: str, *statements: str) -> None:
        """What no role of a service may do."""
        await self._as_admin(self.parts[service].settings.database_url, *statements)

    @asynccontextmanager
    async def holding(self, service: str, statement: str) -> AsyncIterator[None]:
        """A statement's locks are held until the block ends: somebody's psql, left open."""
        url = self.parts[service].settings.database_url
        async with self._as_admin.connected(url) as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                await connection.execute(statement)
                yield
            finally:
                await transaction.rollback()

    async def settle(self, seconds: float = 30) -> float:
        """I1 and I8: wait until every event took effect and no group lags; returns how long it took."""
        started = time.monotonic()
        _, waiting = await settle(self.databases, seconds=seconds)
        assert not waiting, f"after {seconds} s: {waiting[:5]}"
        while behind := await self.tap.lag(GROUPS):
            assert time.monotonic() - started < seconds, f"lag {behind} after {seconds} s"
            await asyncio.sleep(0.1)
        return time.monotonic() - started

    async def until(self, condition: Callable[[], Awaitable[Any]], what: str, seconds: float = 60) -> None:
        """Wait for a condition, not for a time."""
        started = time.monotonic()
        while not await condition():
            assert time.monotonic() - started < seconds, f"not within {seconds} s: {what}"
            await asyncio.sleep(0.03)


def wrapped(handlers: Handlers, wrap: Wrap) -> Handlers:
    """The same table with something around each handler; one handler stays one, so runs stay whole."""

    @cache
    def once(handler: Handler) -> Handler:
        return wraps(getattr(handler, "func", handler))(wrap(handler))

    found = Handlers({})
    found._by_type = {kind: once(handler) for kind, handler in handlers._by_type.items()}
    found.topics = handlers.topics
    return found


@asynccontextmanager
async def open_house(
    server: EmbeddedPostgres,
    make_database: NewDatabase,
    issuer: EmbeddedIssuer,
    token_for: TokenFor,
    *,
    kafka: str | None = None,
    **settings: Any,
) -> AsyncIterator[House]:
    """All four on fresh databases; on Kafka where a broker is named, with topics and groups of their own."""
    bus = await make_database("bus")
    given: dict[str, Any] = {"batch_size": 100, **settings}
    if kafka is not None:
        given |= {"bus": "kafka", "kafka_bootstrap": kafka, "kafka_prefix": f"f{uuid4().hex[:8]}."}
    parts: dict[str, Part] = {}
    async with AsyncExitStack() as stack:
        for name in SERVICES:
            of = make_settings(name, await make_database(name), bus, issuer).model_copy(update=given)
            app = load(name).create_app(of)
            await stack.enter_async_context(app.router.lifespan_context(app))
            parts[name] = Part(of, app)
        gateway = Starlette(routes=[Mount(f"/{name}", part.app) for name, part in parts.items()])
        inside = httpx.ASGITransport(gateway, raise_app_exceptions=False)
        tap: Tap = KafkaTap(kafka, given["kafka_prefix"]) if kafka else LogTap(bus, AsAdmin(server))
        house = House(parts, inside, token_for, tap, server)
        stack.push_async_callback(house.close)
        await house.start()
        yield house
    # What was left open all the same is this test's, not that of the one in which the collector meets it.
    gc.collect()
