"""F14: the dead-letter topics are unavailable. Letters are written and wait to be announced; nothing is lost, nothing
stops but the relays that would announce them (I1 I3 I4 I8).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from shared.bus.envelope import Message
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.kafka_clients import running
from shared.bus.transports.postgres_log import PostgresLog
from shared.bus.transports.transport import PublishFailed
from shared.bus.worker import make_transport
from shared.contracts.catalog import SERVICES, dead_letter_topic
from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import under_load
from tests.faults.rig.house import House
from tests.faults.rig.poison import READERS, Poison, all_put_aside
from tests.faults.rig.proof import Schedule, rounds
from tests.running.figures import say

DEAD = {dead_letter_topic(service) for service in SERVICES}
_OTHERS_WAIT = (
    "SELECT COALESCE(max(extract(epoch FROM now() - occurred_at)), 0)::float AS seconds FROM outbox "
    "WHERE published_at IS NULL AND topic NOT LIKE '%.dead-letters'"
)
_WAITING = "SELECT count(*) AS letters FROM outbox WHERE topic LIKE '%.dead-letters' AND published_at IS NULL"


class Away:
    """How often the topics were asked in vain."""

    refused = 0


@contextmanager
def dead_letter_topics_away(patch: pytest.MonkeyPatch) -> Iterator[Away]:
    """Whatever else is in the list arrives, as it does where one topic of a broker has no leader."""
    away = Away()

    def refusing(publish: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def publish_others(transport: Any, messages: Sequence[Message]) -> None:
            await publish(transport, [message for message in messages if message.topic not in DEAD])
            if any(message.topic in DEAD for message in messages):
                away.refused += 1
                raise PublishFailed("the topic has no leader")

        return publish_others

    with patch.context() as inside:
        for transport in (Kafka, PostgresLog):
            inside.setattr(transport, "publish", refusing(transport.publish))
        yield away


@pytest.mark.kafka
async def test_f14_dead_letter_topics_deleted(a_house: OpenHouse) -> None:
    """Really gone from the broker, which takes its time to say so: other events do not wait for that."""
    schedule = Schedule("F14 letters without a topic")
    async with a_house("kafka") as house, Poison(house, schedule) as poison:
        settings = house.worker("registry").settings
        await house.until(lambda: _all_ready(house), "workers make topics that are missing as they begin")
        admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
        async with running(admin):
            await admin.delete_topics([settings.kafka_prefix + topic for topic in DEAD])
        schedule.strike(len(DEAD))
        async with under_load(house, schedule, clients=2):
            reader = await poison.send()
            await house.until(lambda: all_put_aside(house, poison, {}), "letters written all the same")
            relay = house.worker(reader).relay
            until = time.monotonic() + 25  # two tries long
            longest = 0.0
            while time.monotonic() < until:
                longest = max(longest, (await house.rows(reader, _OTHERS_WAIT))[0]["seconds"])
                await asyncio.sleep(0.3)
            assert relay.failing_since is not None, "the relay says nothing of it"
            say(f"F14: events of other topics waited {longest:.1f} s at most")
            assert longest < 20, "other events waited for letters that nobody can take"
        await make_transport(settings).ensure_topics(sorted(DEAD))
        await schedule.prove(house, foreign=poison.ids, within=60, letters=poison.sent.total())


async def test_f14_dead_letter_topics_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule("F14 letters unannounced")
    async with Poison(house, schedule) as poison:
        async with under_load(house, schedule, clients=2):
            for _ in range(rounds(1, 8)):
                with dead_letter_topics_away(monkeypatch) as away:
                    reader = await poison.send()
                    schedule.strike()
                    await house.until(lambda: all_put_aside(house, poison, {}), "letters written all the same")
                    await house.until(lambda: _refused(away), "an announcement tried again")
                    waiting = (await house.rows(reader, _WAITING))[0]
                    assert waiting["letters"] > 0, "announced where nobody can read it"
                    assert any(not check.ok for check in house.worker(reader).ready()), "the relay says nothing of it"
                    await asyncio.sleep(schedule.chance.random())
        await schedule.prove(house, foreign=poison.ids, within=60, letters=poison.sent.total())
    for name in READERS:
        rows = await house.rows(name, "SELECT count(*) FROM outbox WHERE topic LIKE '%.dead-letters'")
        assert rows[0]["count"] == poison.sent[name]


async def _all_ready(house: House) -> bool:
    return all(check.ok for service in house.parts for check in house.worker(service).ready())


async def _refused(away: Away) -> bool:
    return away.refused > 1
