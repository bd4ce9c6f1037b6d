"""Empties Kafka's topics for a restore: messages from after the restored point must not take effect.

The topics keep their settings and access rights. Their messages are deleted and each group's offsets are set to the
end. Then the relays publish again what the restored outboxes hold.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaError

from shared.contracts.catalog import TOPICS, dead_letter_topic
from shuangfu.backups.places import BackupError
from shuangfu.services import SERVICES

SESSION_SECONDS = 20.0
"""A killed worker stays a member of its group until its session times out (`KafkaSubscription`: 10 s)."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A Kafka broker, and the prefix of our topics and groups."""

    bootstrap: str
    prefix: str = ""

    @property
    def topics(self) -> list[str]:
        """Every topic of the product."""
        return [self.prefix + topic for topic in (*TOPICS, *map(dead_letter_topic, SERVICES))]

    @property
    def groups(self) -> list[str]:
        """Every consumer group of the product."""
        return [self.prefix + service for service in SERVICES]


async def check_nobody_reads(broker: Broker) -> int:
    """How many messages our topics hold. Raises BackupError while a group has members."""
    async with _admin(broker) as admin:
        deadline = time.monotonic() + SESSION_SECONDS
        while members := await _members(admin, broker.groups):
            if time.monotonic() > deadline:
                raise BackupError(f"Kafka has workers in the groups {', '.join(members)}: stop them first")
            await asyncio.sleep(1)
        places = await _partitions(admin, broker.topics)
    if not places:
        return 0
    async with _consumer(broker, None) as consumer:
        first, last = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    return sum(last[place] - first[place] for place in places)


async def empty_topics(broker: Broker) -> int:
    """Empty our topics and set every group to their ends; returns how many messages were deleted.

    May be repeated. Raises BackupError.
    """
    held = await check_nobody_reads(broker)
    async with _admin(broker) as admin:
        places = await _partitions(admin, broker.topics)
        if not places:
            return 0
        async with _consumer(broker, None) as consumer:
            ends: dict[TopicPartition, int] = await consumer.end_offsets(places)
        # Anybody may commit offsets for a group without members.
        for group in broker.groups:
            async with _consumer(broker, group) as consumer:
                consumer.assign(places)
                await consumer.commit(ends)
        full = {place: RecordsToDelete(end) for place, end in ends.items() if end}
        if full:
            await admin.delete_records(full)
    return held


async def _members(admin: AIOKafkaAdminClient, groups: Sequence[str]) -> list[str]:
    found = []
    # Only existing groups: a broker that never had one has no coordinator to ask. One request per group: aiokafka
    # 0.14 cannot read an answer about several.
    for group in sorted({name for name, *_ in await admin.list_consumer_groups()} & set(groups)):
        for answer in await admin.describe_consumer_groups([group]):
            found += [group for described in answer.to_object()["groups"] if described["members"]]
    return found


async def _partitions(admin: AIOKafkaAdminClient, topics: Sequence[str]) -> list[TopicPartition]:
    there = sorted(set(topics) & set(await admin.list_topics()))
    if not there:
        return []
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in await admin.describe_topics(there)
        for partition in topic["partitions"]
    ]


@asynccontextmanager
async def _admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap, request_timeout_ms=15_000)
    with _as_backup_error(broker):
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()


@asynccontextmanager
async def _consumer(broker: Broker, group: str | None) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, group_id=group, enable_auto_commit=False)
    with _as_backup_error(broker):
        try:
            await consumer.start()
            yield consumer
        finally:
            await consumer.stop()


@contextmanager
def _as_backup_error(broker: Broker) -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise BackupError(f"Kafka at {broker.bootstrap}: {type(error).__name__}: {error}") from error
