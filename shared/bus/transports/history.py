"""Reads the bus from its beginning, outside of every consumer group: none is joined, no offset is moved."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.kafka_clients import read_headers, start, stop
from shared.settings import ServiceSettings
from shared.urls import driver_url

Place = tuple[str, int]
"""Topic and partition."""
_SILENCE_SECONDS = 30.0


class HistoryUnreadable(Exception):  # noqa: N818
    """The log cannot be read up to its own end."""


class History(Protocol):
    """The messages of some topics, in the order of each partition."""

    def batches(self, limit: int) -> AsyncIterator[Sequence[Delivered]]:
        """Everything from where the last call ended to the end as it is at this call.

        Raises HistoryUnreadable.
        """
        ...

    async def lost_beginnings(self) -> list[Place]:
        """Partitions whose first message is not in the log any more."""
        ...

    async def close(self) -> None:
        """Disconnect."""
        ...


async def open_history(settings: ServiceSettings, topics: Sequence[str], since: datetime | None = None) -> History:
    """The log of the transport in the settings, from its beginning or from what was appended since an instant.

    Raises HistoryUnreadable, KafkaError, OSError, asyncpg's errors.
    """
    if settings.bus == "kafka":
        assert settings.kafka_bootstrap is not None
        return await KafkaHistory.open(settings.kafka_bootstrap, settings.kafka_prefix, topics, since)
    assert settings.bus_database_url is not None
    return await LogHistory.open(settings.bus_database_url, topics, since)


class LogHistory:
    """The history of `postgres_log`."""

    def __init__(self, connection: asyncpg.Connection, cursors: dict[str, int]) -> None:
        self._connection = connection
        self._cursors = cursors

    @classmethod
    async def open(cls, url: str, topics: Sequence[str], since: datetime | None) -> "LogHistory":
        """Raises asyncpg's errors."""
        connection = await asyncpg.connect(driver_url(url), timeout=10)
        cursors = dict.fromkeys(topics, 0)
        if since is not None:
            rows = await connection.fetch(
                'SELECT t.topic, COALESCE(min(l."offset"), max(t.next_offset), 0) AS place FROM bus_topics t '
                "LEFT JOIN bus_log l ON l.topic = t.topic AND l.appended_at >= $2 "
                "WHERE t.topic = ANY($1::text[]) GROUP BY t.topic",
                list(topics),
                since,
            )
            cursors |= {row["topic"]: row["place"] for row in rows}
        return cls(connection, cursors)

    async def batches(self, limit: int) -> AsyncIterator[Sequence[Delivered]]:
        """See `History`."""
        rows = await self._connection.fetch(
            "SELECT topic, next_offset FROM bus_topics WHERE topic = ANY($1::text[]) ORDER BY topic",
            list(self._cursors),
        )
        for topic, end in rows:
            while self._cursors[topic] < end:
                found = await self._connection.fetch(
                    'SELECT "offset", key, CAST(headers AS text) AS headers, value FROM bus_log '
                    'WHERE topic = $1 AND "offset" >= $2 AND "offset" < $3 ORDER BY "offset" LIMIT $4',
                    topic,
                    self._cursors[topic],
                    end,
                    limit,
                )
                if not found:
                    raise HistoryUnreadable(f"{topic} ends before its offset {end}")
                self._cursors[topic] = found[-1]["offset"] + 1
                yield [Delivered(_message(topic, row), 0, row["offset"]) for row in found]

    async def lost_beginnings(self) -> list[Place]:
        """See `History`."""
        rows = await self._connection.fetch(
            "SELECT topic FROM bus_topics t WHERE topic = ANY($1::text[]) AND next_offset > 0 "
            'AND NOT EXISTS (SELECT FROM bus_log l WHERE l.topic = t.topic AND l."offset" = 0) ORDER BY topic',
            list(self._cursors),
        )
        return [(row["topic"], 0) for row in rows]

    async def close(self) -> None:
        """See `History`."""
        await self._connection.close()


def _message(topic: str, row: asyncpg.Record) -> Message:
    headers = {name: value.encode() for name, value in orjson.loads(row["headers"]).items()}
    return Message(topic, row["key"], headers, row["value"])


class KafkaHistory:
    """The history of Apache Kafka: partitions are assigned explicitly, without a group."""

    def __init__(self, bootstrap: str, prefix: str, topics: Sequence[str]) -> None:
        self._prefix = prefix
        self._topics = [prefix + topic for topic in topics]
        self._admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=15_000)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap, enable_auto_commit=False, fetch_max_wait_ms=200, request_timeout_ms=15_000
        )
        self._places: list[TopicPartition] = []

    @classmethod
    async def open(cls, bootstrap: str, prefix: str, topics: Sequence[str], since: datetime | None) -> "KafkaHistory":
        """Raises KafkaError while no broker answers, HistoryUnreadable where a topic does not exist."""
        history = cls(bootstrap, prefix, topics)
        try:
            await start(history._admin)
            await start(history._consumer)
            await history._assign(since)
        except BaseException:
            await history.close()
            raise
        return history

    async def _assign(self, since: datetime | None) -> None:
        found = await self._admin.describe_topics(self._topics)
        self._places = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in found
            for partition in topic["partitions"]
        ]
        missing = sorted(set(self._topics) - {place.topic for place in self._places})
        if missing:
            raise HistoryUnreadable(f"no topic {', '.join(missing)}")
        self._consumer.assign(self._places)
        starts = await self._consumer.beginning_offsets(self._places)
        if since is not None:
            instant = int(since.timestamp() * 1000)
            # The ends first: what is appended between the two requests is read, not skipped.
            ends = await self._consumer.end_offsets(self._places)
            later = await self._consumer.offsets_for_times(dict.fromkeys(self._places, instant))
            starts = {place: later[place].offset if later.get(place) else ends[place] for place in self._places}
        for place, offset in starts.items():
            self._consumer.seek(place, offset)

    async def batches(self, limit: int) -> AsyncIterator[Sequence[Delivered]]:
        """See `History`."""
        ends = await self._consumer.end_offsets(self._places)
        heard = asyncio.get_running_loop().time()
        while behind := [place for place in self._places if await self._consumer.position(place) < ends[place]]:
            found = await self._consumer.getmany(*behind, timeout_ms=1000, max_records=limit)
            now = asyncio.get_running_loop().time()
            if found:
                heard = now
                yield [
                    Delivered(
                        Message(
                            record.topic.removeprefix(self._prefix),
                            record.key or b"",
                            read_headers(record.headers),
                            record.value or b"",
                        ),
                        record.partition,
                        record.offset,
                    )
                    for records in found.values()
                    for record in records
                ]
            elif now - heard > _SILENCE_SECONDS:
                place = behind[0]
                raise HistoryUnreadable(f"{place.topic}/{place.partition} gives nothing before its end {ends[place]}")

    async def lost_beginnings(self) -> list[Place]:
        """See `History`."""
        starts = await self._consumer.beginning_offsets(self._places)
        return sorted((place.topic.removeprefix(self._prefix), place.partition) for place in starts if starts[place])

    async def close(self) -> None:
        """See `History`."""
        await stop(self._consumer, 10)
        await stop(self._admin, 10)
