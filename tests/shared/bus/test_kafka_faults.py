"""Kafka's own faults: the broker killed and restarted under load (F8), rebalances in mid-batch (F7)."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidReplicationFactorError
from sqlalchemy import text

from shared.bus.envelope import Envelope, encode
from shared.bus.handlers import Received
from shared.bus.receiving.consumer import Consumer
from shared.bus.transports.kafka import Kafka
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Transaction
from shuangfu.embedded.kafka import LocalKafka
from tests.conftest import AsAdmin
from tests.shared.bus.conftest import make_toy, running, some_ids, write_effects

pytestmark = pytest.mark.kafka
UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"


async def test_topics__one_that_the_broker_refuses_is_an_error(kafka_bootstrap: str) -> None:
    """aiokafka does not raise for a refusal: a worker would wait for events that nobody can publish."""
    transport = Kafka(kafka_bootstrap, partitions=3, replication=3)
    with pytest.raises(InvalidReplicationFactorError, match="topic test"):
        await transport.ensure_topics([f"test.{uuid4().hex[:12]}"])


@pytest.mark.parametrize(
    ("name", "value", "letters"),
    [("ce_id", None, 1), ("content-type", None, 1), ("foreign", None, 0), ("foreign", b"no payload", 1)],
)
async def test_f14_a_header_without_a_value_is_dead_lettered_or_skipped(
    name: str,
    value: bytes | None,
    letters: int,
    kafka_bootstrap: str,
    database_for: Callable[[str], Awaitable[Database]],
    as_admin: AsAdmin,
) -> None:
    """Kafka's headers may be null. Such a message once stopped its partition for good."""
    transport = Kafka(kafka_bootstrap, partitions=1)
    topic = f"test.{uuid4().hex[:12]}"
    await transport.ensure_topics([topic])
    toy = await make_toy(transport, topic, await database_for("registry"), as_admin)
    event = toy.event(*some_ids(1))
    envelope = Envelope(new_id(), event.data.TYPE, "/t", str(event.subject), 1, utc_now(), "k")
    headers = {**encode(topic, envelope, b"{}").headers, name: None}
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap)
    await producer.start()
    await producer.send_and_wait(
        topic, value=value or event.data.model_dump_json().encode(), headers=list(headers.items())
    )
    await producer.stop()
    toy.versions.clear()
    async with running(toy.relay(), toy.consumer()):
        await toy.commit(*some_ids(3))
        await toy.until_effects(3)
        await toy.until(lambda: _is_so(toy, "SELECT count(*) FROM dead_letters", letters))
    await transport.close()


@pytest.fixture
def broker() -> Iterator[LocalKafka]:
    """A broker that may be killed."""
    with TemporaryDirectory(prefix="shuangfu-kafka-") as folder, LocalKafka.start(Path(folder)) as found:
        yield found


async def test_f8_broker_killed_and_restarted_under_load(
    broker: LocalKafka, database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin
) -> None:
    seed = 20261123
    chance = random.Random(seed)
    print(f"seed {seed}")
    transport = Kafka(broker.bootstrap, partitions=3)
    topic = f"test.{uuid4().hex[:12]}"
    await transport.ensure_topics([topic])
    toy = await make_toy(transport, topic, await database_for("registry"), as_admin)
    subjects = some_ids(25)
    stop = asyncio.Event()

    async def load() -> None:
        while not stop.is_set():
            await toy.commit(*chance.sample(subjects, 10))
            await asyncio.sleep(0.02)

    async with running(toy.relay(), toy.consumer()):
        loading = asyncio.create_task(load())
        await toy.until_effects(50)
        broker.kill()
        await asyncio.sleep(2)
        await asyncio.to_thread(broker.restart)
        before = len(await toy.effects())
        await toy.until_effects(before + 100, seconds=60)
        stop.set()
        await loading
        committed = sum(toy.versions.values())
        toy.assert_once_and_in_order(await toy.until_effects(committed, seconds=60))
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
    assert await toy.scalar("SELECT count(*) FROM dead_letters") == 0
    await transport.close()


async def test_f7_members_join_and_leave_in_mid_batch(
    kafka_bootstrap: str, database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin
) -> None:
    transport = Kafka(kafka_bootstrap, partitions=6)
    topic = f"test.{uuid4().hex[:12]}"
    await transport.ensure_topics([topic])
    toy = await make_toy(transport, topic, await database_for("registry"), as_admin)
    subjects = some_ids(60)
    in_batch = 0

    async def slow(tx: Transaction, events: Sequence[Received[Any]]) -> None:
        nonlocal in_batch
        in_batch += 1
        await write_effects(tx, events)
        await tx.execute(text("SELECT pg_sleep(0.15)"))
        in_batch -= 1

    toy.handler = slow
    members: list[tuple[Consumer, asyncio.Task[None]]] = []

    def join() -> None:
        consumer = toy.consumer(batch_size=10)
        members.append((consumer, asyncio.create_task(consumer.run())))

    async with running(toy.relay()):
        join()
        for _ in range(4):
            await toy.commit(*subjects)
        joined_in_batch = 0
        for turn in range(6):
            await toy.until(lambda: _is(in_batch > 0))
            joined_in_batch += in_batch
            if turn % 2 == 0:
                join()
            else:
                _, leaving = members.pop(0)
                leaving.cancel()
                await asyncio.gather(leaving, return_exceptions=True)
            await toy.commit(*subjects)
            await asyncio.sleep(0.8)
        effects = await toy.until_effects(600, seconds=60)
        toy.assert_once_and_in_order(effects)
    for _, task in members:
        task.cancel()
    await asyncio.gather(*(task for _, task in members), return_exceptions=True)
    await transport.close()
    assert joined_in_batch >= 6
    assert await toy.scalar("SELECT count(*) FROM dead_letters") == 0


async def _is(value: bool) -> bool:
    return value


async def _is_zero(toy: Any, statement: str) -> bool:
    return await _is_so(toy, statement, 0)


async def _is_so(toy: Any, statement: str, value: int) -> bool:
    return bool(await toy.scalar(statement) == value)
