"""F14: the dead-letter topics are away. Letters are written and wait to be announced; nothing is lost, nothing stops
but the relays that would announce them (I1 I3 I4 I8).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from shared.bus.envelope import Message
from shared.bus.kafka import Kafka
from shared.bus.postgres_log import PostgresLog
from shared.bus.transport import PublishFailed
from shared.contracts.catalog import SERVICES, dead_letter_topic
from tests.faults.desk import under_load
from tests.faults.house import House
from tests.faults.poison import READERS, Poison, all_put_aside
from tests.faults.proof import Schedule, rounds

DEAD = {dead_letter_topic(service) for service in SERVICES}
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


async def _refused(away: Away) -> bool:
    return away.refused > 1
