"""A client that does not come to an end with joining or with a commit, as after a broker's restart: it is replaced."""

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord

from shared.bus.envelope import Delivered
from shared.bus.handlers import Handlers
from shared.bus.receiving.consumer import Consumer
from shared.bus.transports import kafka_clients, kafka_subscription
from shared.bus.transports.kafka import Kafka
from shared.settings import ServiceSettings

PLACE = TopicPartition("topic", 0)
RECORD = ConsumerRecord("topic", 0, 7, 0, 0, b"k", b"v", None, 1, 1, ())


class Client:
    """aiokafka's consumer by a broker that always has the one message; `stuck` names what does not come to an end."""

    made: list["Client"]
    stuck: list[str]

    def __init__(self, **_: Any) -> None:
        self.made.append(self)
        self.hangs = self.stuck.pop(0) if self.stuck else ""
        self.committed: dict[TopicPartition, int] = {}
        self.stopped = False

    def subscribe(self, topics: Sequence[str], listener: object) -> None:
        pass

    async def start(self) -> None:
        if self.hangs == "start":
            await asyncio.Event().wait()

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[ConsumerRecord]]:
        await asyncio.sleep(0.01)
        return {PLACE: [RECORD]}

    def assignment(self) -> set[TopicPartition]:
        return {PLACE}

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        if self.hangs == "commit":
            await asyncio.Event().wait()
        self.committed |= offsets

    async def stop(self) -> None:
        self.stopped = True


class Taking(Consumer):
    """Takes messages down instead of handling them."""

    taken: list[Delivered]

    async def handle(self, messages: Sequence[Delivered]) -> None:
        self.taken += messages


@pytest.mark.parametrize("stuck", ["start", "commit"])
async def test_f8_client_that_hangs__is_replaced_and_its_batch_redelivered(
    monkeypatch: pytest.MonkeyPatch, stuck: str
) -> None:
    monkeypatch.setattr(kafka_subscription, "AIOKafkaConsumer", Client)
    monkeypatch.setattr(kafka_subscription, "JOIN_SECONDS", 0.2)
    monkeypatch.setattr(kafka_subscription, "COMMIT_SECONDS", 0.2)
    monkeypatch.setattr(kafka_clients, "_CUT_SECONDS", 0.2)
    Client.made, Client.stuck = [], [stuck]
    consumer = Taking("registry", SimpleNamespace(), Kafka("nowhere:1"), Handlers({}), poll_seconds=0.01)  # type: ignore[arg-type]
    consumer.taken = []
    running = asyncio.create_task(consumer.run())
    try:
        async with asyncio.timeout(20):
            while not Client.made or not Client.made[-1].committed:  # noqa: ASYNC110 - a client says nothing
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    first, second = Client.made
    assert first.committed == {}
    assert first.stopped
    assert second.committed == {PLACE: 8}
    times = 2 if stuck == "commit" else 1
    assert [taken.offset for taken in consumer.taken[:times]] == [7] * times


def test_commit__is_given_up_before_its_consumer_counts_as_stalled() -> None:
    stall = ServiceSettings.model_fields["stall_seconds"].default
    assert stall > kafka_subscription.COMMIT_SECONDS
    assert 2 * stall > kafka_subscription.JOIN_SECONDS, "a consumer that joins again is healthy by then"
