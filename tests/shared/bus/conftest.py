"""Both transports, and a toy service whose handler writes down every effect."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.bus.handlers import Handlers, Received
from shared.bus.receiving.consumer import Consumer
from shared.bus.sending.outbox import NewEvent, emit
from shared.bus.sending.relay import Relay
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.postgres_log import PostgresLog
from shared.bus.transports.transport import Transport
from shared.contracts.catalog import dead_letter_topic
from shared.contracts.registry import OrganizationDeregistered
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Transaction
from tests.conftest import AsAdmin

TRANSPORTS = ["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)]


@pytest.fixture(params=TRANSPORTS)
async def transport(
    request: pytest.FixtureRequest, database_url: Callable[[str], Awaitable[str]]
) -> AsyncIterator[Transport]:
    """Each conformance test runs on both."""
    if request.param == "kafka":
        found: Transport = Kafka(request.getfixturevalue("kafka_bootstrap"), partitions=3)
    else:
        found = PostgresLog(await database_url("bus"))
    await found.start()
    yield found
    await found.close()


@pytest.fixture
async def topic(transport: Transport) -> str:
    """A fresh topic."""
    name = f"test.{uuid4().hex[:12]}"
    await transport.ensure_topics([name])
    return name


Handle = Callable[[Transaction, Sequence[Received[Any]]], Awaitable[None]]


async def write_effects(tx: Transaction, events: Sequence[Received[Any]]) -> None:
    """No uniqueness here: an event that took effect twice shows."""
    await tx.execute(
        text(
            "INSERT INTO effects (event_id, subject, sequence) "
            "SELECT * FROM unnest(CAST(:i AS uuid[]), CAST(:s AS text[]), CAST(:n AS bigint[]))"
        ),
        {
            "i": [event.envelope.id for event in events],
            "s": [event.envelope.subject for event in events],
            "n": [event.envelope.sequence for event in events],
        },
    )


@dataclass
class Toy:
    """A service with one event type, its outbox and inbox in one database."""

    name: str
    topic: str
    database: Database
    transport: Transport
    handler: Handle = write_effects
    versions: dict[UUID, int] = field(default_factory=dict)

    def handlers(self) -> Handlers:
        handlers = Handlers({OrganizationDeregistered: self.handler})
        handlers.topics = (self.topic,)
        return handlers

    def consumer(self, **options: Any) -> Consumer:
        settings = {"poll_seconds": 0.2, "batch_size": 100, "retry_seconds": 0.01, "attempts": 3, **options}
        return Consumer(self.name, self.database, self.transport, self.handlers(), **settings)

    def relay(self, **options: Any) -> Relay:
        settings = {"poll_seconds": 0.2, "batch_size": 100, **options}
        return Relay(self.name, self.database.url, self.transport, **settings)

    def event(self, subject: UUID) -> NewEvent:
        """The next version of an aggregate."""
        self.versions[subject] = self.versions.get(subject, 0) + 1
        data = OrganizationDeregistered(id=subject, uscc="X", division="330106", as_of=utc_now())
        return NewEvent(subject, self.versions[subject], data, "330106", utc_now(), topic=self.topic)

    async def commit(self, *subjects: UUID) -> None:
        """One transaction with an event for each."""
        async with self.database.transaction() as tx:
            await emit(tx, [self.event(subject) for subject in subjects])

    async def effects(self) -> list[Any]:
        async with self.database.transaction() as tx:
            return list(await tx.rows(text("SELECT event_id, subject, sequence FROM effects ORDER BY place")))

    async def scalar(self, statement: str) -> Any:
        async with self.database.transaction() as tx:
            return await tx.scalar(text(statement))

    async def until(self, condition: Callable[[], Awaitable[Any]], seconds: float = 30) -> None:
        """Wait for a condition, not for a time."""
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - the condition lies in the database
                await asyncio.sleep(0.05)

    async def until_effects(self, count: int, seconds: float = 30) -> list[Any]:
        async def enough() -> bool:
            return len(await self.effects()) >= count

        try:
            await self.until(enough, seconds)
        except TimeoutError:
            pytest.fail(f"{len(await self.effects())} of {count} effects after {seconds} s")
        return await self.effects()

    def assert_once_and_in_order(self, effects: Sequence[Any]) -> None:
        """I3 and I4: one effect an event; versions of an aggregate from 1 without gap or regression."""
        assert len({row.event_id for row in effects}) == len(effects)
        by_subject: dict[str, list[int]] = {}
        for row in effects:
            by_subject.setdefault(row.subject, []).append(row.sequence)
        assert {UUID(subject): len(found) for subject, found in by_subject.items()} == self.versions
        for found in by_subject.values():
            assert found == list(range(1, len(found) + 1))


@asynccontextmanager
async def running(*jobs: Relay | Consumer) -> AsyncIterator[None]:
    """Relays and consumers as tasks."""
    tasks = [asyncio.create_task(job.run()) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def make_toy(transport: Transport, topic: str, database: Database, as_admin: AsAdmin) -> Toy:
    """A toy on a fresh database."""
    toy = Toy(f"toy-{uuid4().hex[:8]}", topic, database, transport)
    await transport.ensure_topics([dead_letter_topic(toy.name)])
    await as_admin(
        database.url,
        "CREATE TABLE effects (place bigint GENERATED ALWAYS AS IDENTITY, event_id uuid, subject text, "
        "sequence bigint)",
    )
    return toy


@pytest.fixture
async def toy(
    transport: Transport, topic: str, database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin
) -> Toy:
    """A toy on the transport under test."""
    return await make_toy(transport, topic, await database_for("registry"), as_admin)


def some_ids(count: int) -> list[UUID]:
    """Fresh aggregates."""
    return [new_id() for _ in range(count)]
