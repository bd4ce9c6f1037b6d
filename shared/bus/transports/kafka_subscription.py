"""A member of a Kafka consumer group: batches, offsets committed after the database, the member's position."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.kafka_clients import read_headers, start, stop
from shared.bus.transports.transport import BatchLost, Position, SubscriptionStuck

log = structlog.get_logger(__name__)

REBALANCE_SECONDS = 60
"""Longer than the longest batch: the coordinator waits this long for a member that finishes one."""
JOIN_SECONDS = REBALANCE_SECONDS + 15.0
"""Timeout of joining: the coordinator may wait for another member's batch, and has answered then."""
COMMIT_SECONDS = 20.0
"""Timeout of a commit, which the client itself repeats without end. Longer than a request's timeout, and shorter than a
stall: the watch of a consumer's progress does not interrupt a batch."""
LEAVE_SECONDS = 10.0
"""Shutdown timeout of a group member, which also commits offsets and leaves the group."""


class KafkaSubscription:
    """A member of a consumer group; offsets are committed by hand, after the database."""

    def __init__(self, bootstrap: str, group: str, topics: Sequence[str], prefix: str = "") -> None:
        self._topics = tuple(prefix + topic for topic in topics)
        self._prefix = prefix
        self._batch_open = asyncio.Lock()
        self._next_offsets: dict[TopicPartition, int] = {}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=bootstrap,
            group_id=prefix + group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=10_000,
            heartbeat_interval_ms=2_000,
            rebalance_timeout_ms=REBALANCE_SECONDS * 1000,
            max_poll_interval_ms=5 * REBALANCE_SECONDS * 1000,
            fetch_max_wait_ms=500,
            request_timeout_ms=15_000,
            metadata_max_age_ms=30_000,
        )

    async def start(self) -> None:
        """Connect, and join the group. Raises KafkaError while no broker answers, SubscriptionStuck."""
        self._consumer.subscribe(list(self._topics), listener=_Listener(self))
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                await start(self._consumer)
        except TimeoutError as error:
            raise SubscriptionStuck(f"not joined in {JOIN_SECONDS:.0f} s") from error

    @asynccontextmanager
    async def next_batch(self, limit: int, wait_seconds: float) -> AsyncIterator[Sequence[Delivered]]:
        """See `Subscription`."""
        found = await self._consumer.getmany(timeout_ms=int(wait_seconds * 1000), max_records=limit)
        async with self._batch_open:
            # Partitions revoked between the fetch and the lock belong to another member now.
            mine = self._consumer.assignment()
            found = {place: records for place, records in found.items() if place in mine and records}
            try:
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
            except BaseException:
                for place, records in found.items():
                    with suppress(IllegalStateError):
                        self._consumer.seek(place, records[0].offset)
                raise
            if found:
                await self._commit({place: records[-1].offset + 1 for place, records in found.items()})

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await self._consumer.commit(offsets)
        except TimeoutError as error:
            # The work is in the database: whoever reads it again drops it by the inbox.
            raise SubscriptionStuck(f"offsets not committed in {COMMIT_SECONDS:.0f} s") from error
        except (CommitFailedError, IllegalStateError) as error:
            raise BatchLost(f"{type(error).__name__}: {error}") from error
        except KafkaError as error:
            # The work is in the database; the offsets follow with the next batch, or the inbox drops the duplicates.
            log.warning("offsets_not_committed", error=type(error).__name__)
            return
        self._next_offsets.update(offsets)

    async def on_revoked(self, revoked: set[TopicPartition]) -> None:
        """A rebalance waits here until the open batch is done and its offsets are committed."""
        async with self._batch_open:
            for place in revoked:
                self._next_offsets.pop(place, None)

    async def position(self) -> Position:
        """See `Subscription`. A standby has its group's position: it advances unless no member has the partitions."""
        # Not wait_for: before Python 3.12 it may lose a cancellation.
        async with asyncio.timeout(15):
            assigned = self._consumer.assignment()
            return await (self._position(assigned) if assigned else self._position_of_group())

    async def _position(self, assigned: set[TopicPartition]) -> Position:
        ends = await self._consumer.end_offsets(assigned)
        lag = reached = 0
        for place, end in ends.items():
            if place not in self._next_offsets:
                committed = await self._consumer.committed(place)
                if committed is None:
                    starts = await self._consumer.beginning_offsets([place])
                    committed = starts[place]
                self._next_offsets.setdefault(place, committed)
            lag += max(end - self._next_offsets[place], 0)
            reached += self._next_offsets[place]
        return Position(lag, reached)

    async def _position_of_group(self) -> Position:
        places = [
            TopicPartition(topic, partition)
            for topic in self._topics
            for partition in self._consumer.partitions_for_topic(topic) or ()
        ]
        ends, starts = await self._consumer.end_offsets(places), await self._consumer.beginning_offsets(places)
        committed = {place: await self._consumer.committed(place) for place in places}
        reached = {place: starts[place] if offset is None else offset for place, offset in committed.items()}
        lag = sum(max(end - reached[place], 0) for place, end in ends.items())
        return Position(lag, sum(reached.values()), standby=True)

    async def close(self) -> None:
        """Leave the group."""
        await stop(self._consumer, LEAVE_SECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: KafkaSubscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._subscription.on_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", count=len(assigned))
