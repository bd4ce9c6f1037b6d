"""The floors' two hand-written transports: as durable as the product's, with nothing that aiokafka and asyncpg
do not need.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

PARTITIONS = 6
_APPEND_LOCK = 1
_RESERVE = (
    "INSERT INTO bus_topics AS t (topic, next_offset) VALUES ($1, $2) "
    "ON CONFLICT (topic) DO UPDATE SET next_offset = t.next_offset + excluded.next_offset RETURNING next_offset - $2"
)
_APPEND = (
    'INSERT INTO bus_log (topic, "offset", key, headers, value) '
    "SELECT $1, $2 + u.n - 1, u.key, u.headers::jsonb, u.value "
    "FROM unnest($3::bytea[], $4::text[], $5::bytea[]) WITH ORDINALITY AS u(key, headers, value, n)"
)
_READ = (
    'SELECT "offset", headers->>\'ce_id\' AS id, value FROM bus_log WHERE topic = $1 AND "offset" >= $2 '
    'ORDER BY "offset" LIMIT $3'
)
_COMMIT = (
    'INSERT INTO bus_cursors (consumer_group, topic, "offset") VALUES ($1, $2, $3) '
    'ON CONFLICT (consumer_group, topic) DO UPDATE SET "offset" = excluded."offset"'
)


@dataclass(frozen=True, slots=True)
class Event:
    """What is sent: the outbox row's id, type, version, key and content."""

    id: str
    type: str
    sequence: int
    key: bytes
    value: bytes

    def headers(self) -> dict[str, str]:
        """The few headers that a consumer needs."""
        return {"ce_id": self.id, "ce_type": self.type, "ce_sequence": str(self.sequence)}


class Bus(Protocol):
    """One topic out, one topic in."""

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """Send; returns when all events are durable."""

    async def read(self, limit: int) -> list[tuple[str, bytes]]:
        """The next events (id, value); waits up to a second for the first."""

    async def commit(self) -> None:
        """Mark what was read as handled."""


class KafkaBus:
    """aiokafka, with the product's durability: acks=all, idempotence, offsets committed by hand."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: Any = None
        self._consumer: Any = None
        self._reached: dict[TopicPartition, int] = {}

    async def start(self, topics: Sequence[str], listen: str | None) -> None:
        """Create the topics, connect, and join a group where there is a topic to listen to."""
        await ensure_topics(self._bootstrap, topics, PARTITIONS)
        self._producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap, acks="all", enable_idempotence=True, max_batch_size=512 * 1024
        )
        await self._producer.start()
        if listen:
            self._consumer = AIOKafkaConsumer(
                listen,
                bootstrap_servers=self._bootstrap,
                group_id="floor",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
            )
            await self._consumer.start()

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """See `Bus`."""
        futures = [
            await self._producer.send(
                topic,
                value=event.value,
                key=event.key,
                headers=[(name, value.encode()) for name, value in event.headers().items()],
            )
            for event in events
        ]
        await asyncio.gather(*futures)

    async def read(self, limit: int) -> list[tuple[str, bytes]]:
        """See `Bus`."""
        found = await self._consumer.getmany(timeout_ms=1000, max_records=limit)
        self._reached = {place: records[-1].offset + 1 for place, records in found.items() if records}
        return [(record.headers[0][1].decode(), record.value) for records in found.values() for record in records]

    async def commit(self) -> None:
        """See `Bus`."""
        await self._consumer.commit(self._reached)


class LogBus:
    """A log table with dense offsets under an append lock, a cursor, and NOTIFY to wake its reader."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._topic: str | None = None
        self._place = self._reached = 0
        self._woken = asyncio.Event()
        self._writer: asyncpg.Connection
        self._reader: asyncpg.Connection

    async def start(self, listen: str | None) -> None:
        """Connect, and listen where there is a topic to listen to."""
        self._writer = await asyncpg.connect(self._url)
        self._topic = listen
        if listen:
            self._reader = await asyncpg.connect(self._url)
            await self._reader.add_listener("floor", lambda *_: self._woken.set())

    async def publish(self, topic: str, events: Sequence[Event]) -> None:
        """See `Bus`."""
        async with self._writer.transaction():
            await self._writer.execute("SELECT pg_advisory_xact_lock($1)", _APPEND_LOCK)
            first = await self._writer.fetchval(_RESERVE, topic, len(events))
            keys, values = [event.key for event in events], [event.value for event in events]
            headers = [orjson.dumps(event.headers()).decode() for event in events]
            await self._writer.execute(_APPEND, topic, first, keys, headers, values)
        await self._writer.execute("NOTIFY floor")

    async def read(self, limit: int) -> list[tuple[str, bytes]]:
        """See `Bus`."""
        self._woken.clear()
        rows = await self._reader.fetch(_READ, self._topic, self._place, limit)
        if not rows:
            try:
                await asyncio.wait_for(self._woken.wait(), 1)
            except TimeoutError:
                return []
            rows = await self._reader.fetch(_READ, self._topic, self._place, limit)
        if rows:
            self._reached = rows[-1]["offset"] + 1
        return [(row["id"], row["value"]) for row in rows]

    async def commit(self) -> None:
        """See `Bus`."""
        await self._reader.execute(_COMMIT, "floor", self._topic, self._reached)
        self._place = self._reached


async def open_bus(transport: str, place: str, topics: Sequence[str], listen: str | None) -> Bus:
    """The transport at a place (a broker's address, or the URL of the log's database)."""
    if transport == "kafka":
        kafka = KafkaBus(place)
        await kafka.start(topics, listen)
        return kafka
    log = LogBus(place)
    await log.start(listen)
    return log


async def ensure_topics(bootstrap: str, topics: Sequence[str], partitions: int) -> None:
    """Create the topics that do not exist."""
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        missing = sorted(set(topics) - set(await admin.list_topics()))
        if missing:
            await admin.create_topics([NewTopic(topic, partitions, 1) for topic in missing])
    finally:
        await admin.close()
