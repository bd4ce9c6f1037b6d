"""Members of a consumer group that come and go, and what a rebalance does to the others."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from shared.bus.handlers import Handler, Received
from shared.bus.receiving.consumer import Consumer
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.kafka_subscription import KafkaSubscription
from shared.bus.transports.transport import Transport
from shared.db.session import Transaction
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule

THE_WORKERS = 0
_member: ContextVar[int] = ContextVar("member", default=THE_WORKERS)
ARRIVALS = (
    "CREATE TABLE arrivals (place bigint GENERATED ALWAYS AS IDENTITY, subject text, sequence bigint, member integer)"
)
_NOTE = text(
    "INSERT INTO arrivals (subject, sequence, member) SELECT u.*, CAST(:member AS integer) "
    "FROM unnest(CAST(:subjects AS text[]), CAST(:sequences AS bigint[])) AS u"
)


class Slow:
    """Handlers that take their time in the middle of a transaction, and write down what came to them, in its order.

    They do so while they hold the rows that they changed: of two transactions on one aggregate the second one's place
    is drawn after the first one's end, whichever began first.
    """

    def __init__(self, schedule: Schedule) -> None:
        self.busy: Counter[int] = Counter()
        """Handlers in the middle of their work, by member."""
        self.most_at_once = 0
        self.healed = False
        self._schedule = schedule

    def around(self, handler: Handler) -> Handler:
        """A slow one."""

        async def handle(tx: Transaction, events: Sequence[Received[Any]]) -> None:
            member = _member.get()
            self.busy[member] += 1
            self.most_at_once = max(self.most_at_once, sum(map(bool, self.busy.values())))
            try:
                await handler(tx, events)
                subjects = [event.envelope.subject for event in events]
                sequences = [event.envelope.sequence for event in events]
                await tx.execute(_NOTE, {"subjects": subjects, "sequences": sequences, "member": member})
                if not self.healed:
                    await tx.execute(text(f"SELECT pg_sleep({self._schedule.chance.uniform(0.05, 0.3)})"))
            finally:
                self.busy[member] -= 1

        return handle


@dataclass
class _Member:
    number: int
    task: asyncio.Task[None]
    transport: Transport
    subscription: KafkaSubscription | None = None


class Members:
    """Those of a group that came after the worker's own."""

    def __init__(self, house: House, group: str, slow: Slow) -> None:
        self._house = house
        self._group = group
        self._slow = slow
        self._joined = 0
        self._here: list[_Member] = []

    def __len__(self) -> int:
        return len(self._here)

    async def join(self) -> None:
        """One more; returns once it has partitions of its own."""
        self._joined += 1
        consumer, transport = self._house.member(self._group, batch_size=10)
        member = _Member(self._joined, _running(consumer, self._joined), transport)
        self._here.append(member)
        _note_subscription(transport, member)

        async def assigned() -> bool:
            return member.subscription is not None and bool(member.subscription._consumer.assignment())

        await self._house.until(assigned, "partitions for who joined")

    async def leave(self, chance: Random) -> None:
        """One of them goes, in the middle of what its own handler does."""
        member = chance.choice(self._here)

        async def at_work() -> bool:
            return self._slow.busy[member.number] > 0

        await self._house.until(at_work, "the member that is to leave at work")
        await self._end(member)

    async def end(self) -> None:
        """All leave."""
        while self._here:
            await self._end(self._here[-1])

    async def _end(self, member: _Member) -> None:
        self._here.remove(member)
        member.task.cancel()
        await asyncio.gather(member.task, return_exceptions=True)
        await member.transport.close()


def _running(consumer: Consumer, number: int) -> asyncio.Task[None]:
    context = copy_context()
    context.run(_member.set, number)
    return asyncio.create_task(consumer.run(), context=context)


def _note_subscription(transport: Transport, member: _Member) -> None:
    assert isinstance(transport, Kafka)
    subscribe = transport.subscribe

    async def noting(group: str, topics: Sequence[str]) -> KafkaSubscription:
        member.subscription = await subscribe(group, topics)
        return member.subscription

    transport.subscribe = noting  # type: ignore[method-assign]


@asynccontextmanager
async def members_of(house: House, group: str, slow: Slow) -> AsyncIterator[Members]:
    """None at first; none is left."""
    members = Members(house, group, slow)
    try:
        yield members
    finally:
        await members.end()


@contextmanager
def counted_revocations(patch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """How many revocations met a batch that was open, and had to wait for its end."""
    met = 0
    on_revoked = KafkaSubscription.on_revoked

    async def counting(self: KafkaSubscription, revoked: set[Any]) -> None:
        nonlocal met
        met += bool(revoked) and self._batch_open.locked()
        await on_revoked(self, revoked)

    with patch.context() as inside:
        inside.setattr(KafkaSubscription, "on_revoked", counting)
        yield lambda: met
