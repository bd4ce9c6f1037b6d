"""No connection to the broker is left behind: cancelled anywhere, cut off, or failed while it ends."""

import asyncio
import gc
import random
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import KafkaError
from aiokafka.producer.sender import Sender

from shared.bus.envelope import Message
from shared.bus.transports.kafka import Kafka
from tests.shared.db.test_row_level_security import CancelledAt

pytestmark = pytest.mark.kafka
ROUNDS = 10
Step = Callable[[Kafka, str], Awaitable[Any]]


async def _join(kafka: Kafka, topic: str) -> None:
    # A group of its own: a group waits for a member that was cut off while joining until its session ends.
    subscription = await kafka.subscribe(f"group-{uuid4().hex[:12]}", [topic])
    try:
        async with subscription.next_batch(10, 0.01):
            pass
        await subscription.position()
    finally:
        await subscription.close()


async def _publish(kafka: Kafka, topic: str) -> None:
    try:
        await kafka.publish([Message(topic, b"k", {}, b"v")])
    finally:
        await kafka.close()


STEPS: dict[str, Step] = {
    "ping": lambda kafka, _: kafka.ping(),
    "topics": lambda kafka, topic: kafka.ensure_topics([topic, f"{topic}.more"]),
    "join": _join,
    "publish": _publish,
}


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Neither a connection that only the garbage collector closes, nor a task that goes on."""
    before, told = asyncio.all_tasks(), list[dict[str, Any]]()
    gc.collect()  # what others left is theirs
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ResourceWarning)
            yield
            await asyncio.sleep(0.05)  # transports are closed in a later turn of the loop
            left = {task for task in asyncio.all_tasks() - before if not task.done()}
            gc.collect()
    finally:
        loop.set_exception_handler(None)
    found = [str(one.message) for one in caught if issubclass(one.category, ResourceWarning)]
    assert not found + told + list(left)


@pytest.mark.parametrize("name", STEPS)
async def test_kafka__cancelled_at_random_awaits_leaves_nothing(kafka_bootstrap: str, name: str) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # shown with a failure
    chance = random.Random(seed)
    kafka, topic = Kafka(kafka_bootstrap, partitions=1), f"test.{uuid4().hex[:12]}"
    await kafka.ensure_topics([topic])

    async def doomed(place: int = -1, after: float = 60) -> CancelledAt:
        """Cancelled at its n-th await, or after a time: what it lets finish has awaits of its own."""
        step = CancelledAt(STEPS[name](kafka, topic), {place})  # type: ignore[arg-type]

        async def run() -> None:
            await step

        task = asyncio.create_task(run())
        await asyncio.wait({task}, timeout=after)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        cancelled.append(task.cancelled())
        return step

    cancelled: list[bool] = []
    longest = (await doomed()).awaits
    seconds = 60.0
    for _ in range(3):
        started = time.monotonic()
        await doomed()
        seconds = min(seconds, time.monotonic() - started)
    async with nothing_left():
        # A run that is faster than those before may end before the drawn place or moment.
        for turn in range(5 * ROUNDS):
            if turn >= ROUNDS and sum(cancelled) > ROUNDS:
                break
            await doomed(place=turn % longest)
            await doomed(after=chance.uniform(0, seconds))
    assert sum(cancelled) > ROUNDS, "hardly any step was cancelled in its middle"


@pytest.mark.parametrize("failure", [KafkaError, None], ids=["fails", "takes too long"])
async def test_kafka__a_goodbye_that_fails_still_closes_connections(
    kafka_bootstrap: str, failure: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = f"test.{uuid4().hex[:12]}"
    kafka = Kafka(kafka_bootstrap, partitions=1)
    await kafka.ensure_topics([topic])

    async def leave(_: object) -> None:
        if failure is not None:
            raise failure("the coordinator is away")
        await asyncio.sleep(60)

    monkeypatch.setattr(GroupCoordinator, "close", leave)
    monkeypatch.setattr(Sender, "close", leave)
    monkeypatch.setattr("shared.bus.transports.kafka.FLUSH_SECONDS", 0.2)
    monkeypatch.setattr("shared.bus.transports.kafka_subscription.LEAVE_SECONDS", 0.4)
    async with nothing_left():
        subscription = await kafka.subscribe(f"group-{topic}", [topic])
        await kafka.publish([Message(topic, b"k", {}, b"v")])
        await subscription.close()
        await kafka.close()
        del subscription
