"""Topics keep everything: a replay begins with the first event."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from shared.bus.transports.kafka import Kafka

FORMER = str(30 * 24 * 3600 * 1000)


async def configured(admin: AIOKafkaAdminClient, topic: str) -> dict[str, str]:
    """What is set on the topic itself."""
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic, None)])
    [(error, _, _, _, entries)] = answer.resources
    assert not error
    return {entry[0]: entry[1] for entry in entries if entry[3] == 1}


async def kept_for(admin: AIOKafkaAdminClient, *topics: str) -> list[str]:
    """Milliseconds."""
    return [(await configured(admin, topic))["retention.ms"] for topic in topics]


@pytest.mark.kafka
async def test_topics__nothing_expires_and_an_operators_own_choice_stays(kafka_bootstrap: str) -> None:
    prefix = f"t{uuid4().hex[:8]}."
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    try:
        of_before = {"retention.ms": FORMER, "cleanup.policy": "delete", "max.message.bytes": "2000000"}
        chosen = {"retention.ms": "86400000"}
        await admin.create_topics(
            [
                NewTopic(prefix + "old", 1, 1, topic_configs=of_before),
                NewTopic(prefix + "own", 1, 1, topic_configs=chosen),
            ]
        )
        async with asyncio.timeout(30):  # a broker hears of its topics a moment after its controller
            while not {prefix + "old", prefix + "own"} <= set(await admin.list_topics()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await Kafka(kafka_bootstrap, partitions=1, prefix=prefix).ensure_topics(["old", "own", "new"])
        async with asyncio.timeout(30):
            while await kept_for(admin, prefix + "new", prefix + "old") != ["-1", "-1"]:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert (await configured(admin, prefix + "old"))["max.message.bytes"] == "2000000"
        assert (await configured(admin, prefix + "own"))["retention.ms"] == "86400000"
    finally:
        await admin.close()
