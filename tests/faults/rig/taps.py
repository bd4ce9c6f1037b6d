"""The transport itself, observed: every message that lies there, how far each group is behind, and a way to rewind."""

from collections.abc import Sequence
from typing import Protocol

import asyncpg
import orjson
import stamina
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.kafka_clients import running
from shared.urls import driver_url
from tests.conftest import AsAdmin

Groups = dict[str, tuple[str, ...]]
"""Consumer group to the topics it reads."""


class Tap(Protocol):
    """Either transport, seen from outside of the product."""

    async def messages(self, topics: Sequence[str]) -> list[Delivered]:
        """All that was ever published, in order within each partition."""
        ...

    async def lag(self, groups: Groups) -> int:
        """Messages that groups have not committed yet."""
        ...

    async def rewind(self, groups: Groups) -> None:
        """Set committed offsets to 0. The groups have no members meanwhile."""
        ...


class KafkaTap:
    """Topics of a broker under a prefix."""

    def __init__(self, bootstrap: str, prefix: str) -> None:
        self._bootstrap = bootstrap
        self._prefix = prefix

    async def messages(self, topics: Sequence[str]) -> list[Delivered]:
        """See `Tap`."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False)
        async with running(consumer):
            places = await self._places(consumer, topics)
            ends = await consumer.end_offsets(places)
            consumer.assign(places)
            await consumer.seek_to_beginning(*places)
            found: list[Delivered] = []
            left = {place for place in places if ends[place] > 0}
            while left:
                for place, records in (await consumer.getmany(timeout_ms=500)).items():
                    found += [
                        Delivered(
                            Message(
                                record.topic.removeprefix(self._prefix),
                                record.key or b"",
                                dict(record.headers),
                                record.value or b"",
                            ),
                            record.partition,
                            record.offset,
                        )
                        for record in records
                    ]
                    if records[-1].offset + 1 >= ends[place]:
                        left.discard(place)
            return found

    @stamina.retry(on=KafkaError, attempts=None, timeout=30, wait_max=0.5)
    async def lag(self, groups: Groups) -> int:
        """See `Tap`. A broker that just began has no coordinators yet."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, enable_auto_commit=False)
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        async with running(consumer), running(admin):
            behind = 0
            for group, topics in groups.items():
                ends = await consumer.end_offsets(await self._places(consumer, topics))
                committed = await admin.list_consumer_group_offsets(self._prefix + group)
                behind += sum(end - max(committed[p].offset, 0) if p in committed else end for p, end in ends.items())
            return behind

    @stamina.retry(on=KafkaError, attempts=None, timeout=30, wait_max=0.5)
    async def rewind(self, groups: Groups) -> None:
        """See `Tap`. The broker may still count a member whose start was cut off, until its session ends."""
        for group, topics in groups.items():
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._bootstrap, group_id=self._prefix + group, enable_auto_commit=False
            )
            async with running(consumer):
                places = await self._places(consumer, topics)
                consumer.assign(places)
                await consumer.commit(dict.fromkeys(places, 0))

    async def _places(self, consumer: AIOKafkaConsumer, topics: Sequence[str]) -> list[TopicPartition]:
        await consumer._client.force_metadata_update()
        names = [self._prefix + topic for topic in topics]
        return [
            TopicPartition(name, number) for name in names for number in consumer.partitions_for_topic(name) or set()
        ]


class LogTap:
    """The embedded transport's tables."""

    def __init__(self, url: str, as_admin: AsAdmin) -> None:
        self._url = url
        self._as_admin = as_admin

    async def messages(self, topics: Sequence[str]) -> list[Delivered]:
        """See `Tap`."""
        connection = await asyncpg.connect(driver_url(self._url))
        try:
            rows = await connection.fetch(
                'SELECT topic, "offset", key, CAST(headers AS text) AS headers, value FROM bus_log '
                'WHERE topic = ANY($1::text[]) ORDER BY topic, "offset"',
                list(topics),
            )
        finally:
            await connection.close()
        return [
            Delivered(
                Message(
                    row["topic"],
                    row["key"],
                    {name: value.encode() for name, value in orjson.loads(row["headers"]).items()},
                    row["value"],
                ),
                0,
                row["offset"],
            )
            for row in rows
        ]

    async def lag(self, groups: Groups) -> int:
        """See `Tap`."""
        [row] = await self._as_admin.rows(
            self._url,
            'SELECT COALESCE(sum(t.next_offset - COALESCE(c."offset", 0)), 0) AS behind '
            "FROM unnest($1::text[], $2::text[]) AS g(name, topic) JOIN bus_topics t ON t.topic = g.topic "
            "LEFT JOIN bus_cursors c ON c.consumer_group = g.name AND c.topic = g.topic",
            [group for group, topics in groups.items() for _ in topics],
            [topic for topics in groups.values() for topic in topics],
        )
        return int(row["behind"])

    async def rewind(self, groups: Groups) -> None:
        """See `Tap`."""
        names = ", ".join(f"'{group}'" for group in groups)
        await self._as_admin(self._url, f'UPDATE bus_cursors SET "offset" = 0 WHERE consumer_group IN ({names})')
