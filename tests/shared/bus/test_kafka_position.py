"""A member without partitions knows its group's position: partitions without a member make no progress."""

import asyncio
from uuid import uuid4

import pytest

from shared.bus.envelope import Message
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.kafka_subscription import KafkaSubscription

pytestmark = pytest.mark.kafka


async def _look(subscription: KafkaSubscription) -> None:
    """Poll, and take nothing."""
    try:
        async with subscription.next_batch(10, 0.2):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass


async def test_position__of_a_standby_is_its_groups(kafka_bootstrap: str) -> None:
    kafka, topic = Kafka(kafka_bootstrap, partitions=1), f"test.{uuid4().hex[:12]}"
    await kafka.ensure_topics([topic])
    await kafka.publish([Message(topic, b"k", {}, b"%d" % number) for number in range(5)])
    members = [await kafka.subscribe(f"group-{topic}", [topic]) for _ in range(2)]
    try:
        async with asyncio.timeout(60):
            while [len(member._consumer.assignment()) for member in members] not in ([0, 1], [1, 0]):
                await asyncio.gather(*map(_look, members))
        members.sort(key=lambda member: len(member._consumer.assignment()))
        standby, reader = members
        assert await standby.position() == (5, 0, True), "what nobody reads is lag"
        taken = 0
        async with asyncio.timeout(60):
            while taken < 3:
                async with reader.next_batch(3 - taken, 0.2) as batch:
                    taken += len(batch)
        assert await standby.position() == (2, 3, True), "who reads moves for both"
    finally:
        for member in members:
            await member.close()
        await kafka.close()
