"""The Kafka transport (aiokafka), with the settings that design 4.8 asks for instead of its defaults."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.kafka_clients import read_headers, running, start, stop
from shared.bus.transports.kafka_topics import TOPIC_CONFIG, check_created, end_expiry
from shared.bus.transports.transport import BatchLost, Position, PublishFailed

log = structlog.get_logger(__name__)

REBALANCE_SECONDS = 60
"""Longer than the longest batch: the coordinator waits so long for a member that finishes one."""
PUBLISH_SECONDS = 20.0
"""Longer than a request's timeout, shorter than the relay's lease."""
TOPIC_SECONDS = 3.0
"""A topic is looked for so long, not until a request's timeout: events of other topics wait behind it."""
GOODBYE_SECONDS = 5.0
"""For so long a client that ends waits for its broker; a member of a group, which has more to say, twice as long."""


class Kafka:
    """A transport on Apache Kafka 4."""

    def __init__(self, bootstrap: str, *, partitions: int = 6, replication: int = 1, prefix: str = "") -> None:
        self._bootstrap = bootstrap
        self._partitions = partitions
        self._replication = replication
        self._prefix = prefix
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Connections are made when they are first needed: a broker that is away only delays."""

    async def close(self) -> None:
        """Send what is under way, then disconnect."""
        await self._drop_producer()

    async def ping(self) -> None:
        """See `Transport`: a broker tells its metadata."""
        async with running(AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=3_000)):
            pass

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create the topics that are not there yet. Raises KafkaError while no broker answers, or refuses one."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap, request_timeout_ms=10_000)
        async with running(admin):
            wanted, existing = {self._prefix + topic for topic in topics}, set(await admin.list_topics())
            missing = sorted(wanted - existing)
            if missing:
                made = [NewTopic(t, self._partitions, self._replication, topic_configs=TOPIC_CONFIG) for t in missing]
                check_created(await admin.create_topics(made))
            await end_expiry(admin, sorted(wanted & existing))

    async def publish(self, messages: Sequence[Message]) -> None:
        """See `Transport`. A producer that failed is replaced: its sequence numbers cannot be trusted."""
        if not messages:
            return
        try:
            # An idempotent producer never gives up by itself, whatever its broker answers.
            async with asyncio.timeout(PUBLISH_SECONDS):
                producer = await self._started()
                await self._find_topics(producer, {self._prefix + message.topic for message in messages})
                futures = []
                for message in messages:
                    futures.append(
                        await producer.send(
                            self._prefix + message.topic,
                            value=message.value,
                            key=message.key,
                            headers=list(message.headers.items()),
                        )
                    )
                results = await asyncio.gather(*futures, return_exceptions=True)
        except (KafkaError, OSError) as error:
            await self._drop_producer()
            raise PublishFailed(f"{type(error).__name__}: {error}") from error
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            await self._drop_producer()
            raise PublishFailed(f"{len(failures)} of {len(messages)}: {failures[0]!r}") from failures[0]

    async def _find_topics(self, producer: AIOKafkaProducer, topics: Iterable[str]) -> None:
        """Raises PublishFailed where one is not found. Nothing was sent: the producer goes on, and on looking."""
        for topic in topics:
            try:
                async with asyncio.timeout(TOPIC_SECONDS):
                    await producer.partitions_for(topic)
            except TimeoutError as error:
                raise PublishFailed(f"{topic} is not found") from error

    async def _started(self) -> AIOKafkaProducer:
        async with self._starting:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._bootstrap,
                    acks="all",
                    enable_idempotence=True,
                    max_batch_size=512 * 1024,
                    linger_ms=0,
                    request_timeout_ms=15_000,
                )
                await start(producer)
                self._producer = producer
            return self._producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            # It flushes first, and would wait for a broker that is away.
            await stop(producer, GOODBYE_SECONDS)

    async def subscribe(self, group: str, topics: Sequence[str]) -> "KafkaSubscription":
        """Join a group. Raises KafkaError while no broker answers."""
        subscription = KafkaSubscription(self._bootstrap, group, topics, self._prefix)
        await subscription.start()
        return subscription


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
        """Connect and subscribe."""
        self._consumer.subscribe(list(self._topics), listener=_Listener(self))
        await start(self._consumer)

    @asynccontextmanager
    async def next_batch(self, limit: int, wait_seconds: float) -> AsyncIterator[Sequence[Delivered]]:
        """See `Subscription`."""
        found = await self._consumer.getmany(timeout_ms=int(wait_seconds * 1000), max_records=limit)
        async with self._batch_open:
            # Partitions that went away between the fetch and the lock belong to somebody else now.
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
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            raise BatchLost(f"{type(error).__name__}: {error}") from error
        except KafkaError as error:
            # The work is in the database; the offsets follow with the next batch, or the inbox drops repeats.
            log.warning("offsets_not_committed", error=type(error).__name__)
            return
        self._next_offsets.update(offsets)

    async def on_revoked(self, revoked: set[TopicPartition]) -> None:
        """A rebalance waits here until the open batch is done and its offsets are committed."""
        async with self._batch_open:
            for place in revoked:
                self._next_offsets.pop(place, None)

    async def position(self) -> Position:
        """See `Subscription`. Who is on guard moves with the others; where nobody has the partitions, nobody does."""
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
        return Position(lag, sum(reached.values()), on_guard=True)

    async def close(self) -> None:
        """Leave the group."""
        await stop(self._consumer, 2 * GOODBYE_SECONDS)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, subscription: KafkaSubscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._subscription.on_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", count=len(assigned))
