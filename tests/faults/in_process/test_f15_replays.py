"""F15: every event delivered three times, groups set back to the beginning while events flow, and a replay of all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from shared.bus.envelope import Message
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.postgres_log import PostgresLog
from tests.faults.checker.invariants import take_baseline
from tests.faults.checker.observed import connected
from tests.faults.load.desk import Desk, under_load
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, rounds

TABLES = (
    "SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
    "AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
DIGEST = "SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM \"{}\" AS t"


async def test_f15_three_deliveries_and_replays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule("F15")
    desk = Desk(house, schedule)
    publish_three_times(monkeypatch, schedule)
    async with under_load(house, schedule):
        grants = await desk.grants(3, "review", "approval", "payment")
        paid = await take_baseline(house.databases)
        for _ in range(rounds(3, 30)):
            await asyncio.sleep(schedule.chance.uniform(0.1, 0.6))
            await _replay(house, schedule.chance.choice(list(house.parts)))
            schedule.strike()
    monkeypatch.undo()
    await schedule.prove(house, baseline=paid)
    before, baseline = await _state(house), await take_baseline(house.databases)
    schedule.strike()
    await _replay(house, *house.parts)
    report = await schedule.prove(house, baseline=baseline)
    assert await _state(house) == before, "a full replay changed something"
    assert report.repeats > report.events
    assert len(grants) == 3


def publish_three_times(patch: pytest.MonkeyPatch, schedule: Schedule) -> None:
    """Each list of messages goes out thrice, as after an acknowledgement that was lost twice."""
    for transport in (Kafka, PostgresLog):
        patch.setattr(transport, "publish", _thrice(transport.publish, schedule))


def _thrice(
    publish: Callable[..., Awaitable[None]], schedule: Schedule
) -> Callable[[object, Sequence[Message]], Awaitable[None]]:
    async def publish_thrice(transport: object, messages: Sequence[Message]) -> None:
        for _ in range(3):
            await publish(transport, messages)
        schedule.strike(len(messages))

    return publish_thrice


async def _replay(house: House, *services: str) -> None:
    """Offsets to 0 while no member is there."""
    groups = house.groups(*services)
    await house.stop(*services)
    await house.tap.rewind(groups)
    await house.until(lambda: house.tap.lag(groups), "something to read again")
    await house.start(*services)


async def _state(house: House) -> dict[str, str | None]:
    """A digest of every table of every service, inboxes too."""
    async with connected(house.databases) as connections:
        return {
            f"{service}.{row['name']}": await connection.fetchval(DIGEST.format(row["name"]))
            for service, connection in connections.items()
            for row in await connection.fetch(TABLES)
        }
