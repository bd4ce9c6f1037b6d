"""F7: members of a group join and leave while others are in the middle of a batch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from shared.bus.consumer import Consumer
from shared.bus.handlers import Handler, Received
from shared.bus.transport import Transport
from shared.db.session import Transaction
from tests.faults.conftest import OpenHouse
from tests.faults.desk import under_load
from tests.faults.house import House
from tests.faults.proof import LONG, Schedule, rounds

pytestmark = pytest.mark.kafka
GROUP = "incubation"
MEMBERS = 3
EVERY_SECONDS = (5.0, 5.0) if LONG else (0.3, 2.0)


class Slow:
    """Handlers that take their time in the middle of a transaction, and how many do so now."""

    def __init__(self, schedule: Schedule) -> None:
        self.in_batch = 0
        self.most_at_once = 0
        self.healed = False
        self._schedule = schedule

    def around(self, handler: Handler) -> Handler:
        """A slow one."""

        async def handle(tx: Transaction, events: Sequence[Received[Any]]) -> None:
            self.in_batch += 1
            self.most_at_once = max(self.most_at_once, self.in_batch)
            try:
                await handler(tx, events)
                if not self.healed:
                    await tx.execute(text(f"SELECT pg_sleep({self._schedule.chance.uniform(0.05, 0.3)})"))
            finally:
                self.in_batch -= 1

        return handle


class Members:
    """Those of the group that came after the worker's own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._running: list[tuple[asyncio.Task[None], Transport]] = []
        self.consumers: list[Consumer] = []

    async def join_or_leave(self, schedule: Schedule) -> None:
        """One more, or one of them goes in the middle of what it does."""
        if len(self._running) < MEMBERS and (not self._running or schedule.chance.random() < 0.5):
            consumer, transport = self._house.member(GROUP, batch_size=10)
            self.consumers.append(consumer)
            self._running.append((asyncio.create_task(consumer.run()), transport))
        else:
            await self._end(self._running.pop(schedule.chance.randrange(len(self._running))))

    async def end(self) -> None:
        """All leave."""
        while self._running:
            await self._end(self._running.pop())

    async def _end(self, member: tuple[asyncio.Task[None], Transport]) -> None:
        task, transport = member
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await transport.close()


@asynccontextmanager
async def members_of(house: House) -> AsyncIterator[Members]:
    members = Members(house)
    try:
        yield members
    finally:
        await members.end()


async def test_f7_members_join_and_leave_in_mid_batch(a_house: OpenHouse) -> None:
    schedule = Schedule("F7")
    slow = Slow(schedule)
    async with a_house("kafka", batch_size=10) as house, members_of(house) as members:
        await house.stop(GROUP)
        house.wrap(GROUP, slow.around)
        await house.start(GROUP)
        async with under_load(house, schedule, clients=2):
            for _ in range(rounds(6, 24)):
                await asyncio.sleep(schedule.chance.uniform(*EVERY_SECONDS))

                async def busy() -> bool:
                    return slow.in_batch > 0

                await house.until(busy, "a batch under way")
                await members.join_or_leave(schedule)
                schedule.strike()
        slow.healed = True
        await schedule.prove(house, within=60)
        assert slow.most_at_once > 1, "members did not share the work"
        assert await house.scalar(GROUP, "SELECT count(*) FROM dead_letters") == 0
