"""The Kafka transport (aiokafka), with the settings that design 4.8 asks for instead of its defaults."""

import asyncio
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from shared.bus.envelope import Message
from shared.bus.transports.kafka_clients import running, start, stop
from shared.bus.transports.kafka_subscription import KafkaSubscription
from shared.bus.transports.kafka_topics import TOPIC_CONFIG, check_created, end_expiry
from shared.bus.transports.transport import PublishFailed

PUBLISH_SECONDS = 20.0
"""Timeout of a batch: longer than a request's timeout, shorter than the relay's lease."""
TOPIC_SECONDS = 3.0
"""Timeout for finding a topic. Shorter than a request's: events of other topics wait behind it."""
FLUSH_SECONDS = 5.0
"""Shutdown timeout of the producer, which flushes first."""


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
        """Connections are opened when they are first needed: a broker that is unavailable only delays."""

    async def close(self) -> None:
        """Flush, then disconnect."""
        await self._drop_producer()

    async def ping(self) -> None:
        """See `Transport`: a broker answers with its metadata."""
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
        """See `Transport`. A producer that failed is replaced: its sequence numbers cannot be trusted any more."""
        if not messages:
            return
        try:
            # An idempotent producer retries for ever, whatever its broker answers.
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
        """Raises PublishFailed where one is not found. Nothing was sent: the producer is kept, and keeps searching."""
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
            # Without a limit it would wait for a broker that is unavailable.
            await stop(producer, FLUSH_SECONDS)

    async def subscribe(self, group: str, topics: Sequence[str]) -> KafkaSubscription:
        """Join a group. Raises KafkaError while no broker answers, SubscriptionStuck."""
        subscription = KafkaSubscription(self._bootstrap, group, topics, self._prefix)
        await subscription.start()
        return subscription
