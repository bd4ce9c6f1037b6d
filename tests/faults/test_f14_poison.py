"""F14: poison, oversize and unknown events, while dead letters cannot be written for a time; letters tried again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from shared.bus import dead_letters
from shared.bus.envelope import Envelope, MalformedEvent, Message, encode
from shared.bus.handlers import Handler, Received
from shared.bus.outbox import MAX_EVENT_BYTES, EventTooLarge
from shared.bus.worker import make_transport
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.incubation import PartyOrganizationFormed
from shared.contracts.registry import OrganizationChanged
from shared.db.base import utc_now
from shared.db.security_ddl import RUNTIME
from shared.db.session import Transaction
from tests.conftest import SYSTEM
from tests.faults.desk import DIVISIONS, Desk, code_of, under_load
from tests.faults.house import House
from tests.faults.proof import Schedule, rounds

READERS = {"incubation": OrganizationChanged, "registry": PartyOrganizationFormed, "funding": EvaluationCompleted}
"""Who reads a topic, and a payload that lies there."""
BAD = "不可处理"
LETTERS = "SELECT id, event_id, reason, state FROM dead_letters"


class Sick:
    """A handler that cannot take certain organizations."""

    def __init__(self) -> None:
        self.healed = False

    def around(self, handler: Handler) -> Handler:
        """Refuses a whole list for the sake of one."""

        async def handle(tx: Transaction, events: Sequence[Received[Any]]) -> None:
            if not self.healed and any(getattr(event.data, "name", "").startswith(BAD) for event in events):
                raise ValueError("this one cannot be handled")
            await handler(tx, events)

        return handle


class Poison:
    """Messages that no handler can take, on their way to a reader of each service."""

    def __init__(self, house: House, schedule: Schedule) -> None:
        self.ids: set[UUID] = set()
        self.sent: Counter[str] = Counter()
        self._schedule = schedule
        self._transport = make_transport(house.worker("registry").settings)

    async def send(self) -> None:
        """One of each kind to one reader, in one list."""
        reader = self._schedule.chance.choice(list(READERS))
        kind = READERS[reader]
        long = b"x" * 900_000
        messages = [
            Message(kind.TOPIC, b"k", {}, b"no envelope at all"),
            Message(kind.TOPIC, b"\xff\x00", {"ce_id": b"\xfe\x00", "ce_type": b"\xff\x00"}, b"\x00\xff"),
            Message(kind.TOPIC, b"k", {"ce_id": b"1", "ce_note": b"\xff" * 230_000}, b"too much beside it"),
            self._event(kind.TOPIC, "shuangfu.nobody.knows.this.v9", b"{}"),
            self._event(kind.TOPIC, "shuangfu.nobody.knows.this.v9", long),
            self._event(kind.TOPIC, kind.TYPE, b"{broken"),
            self._event(kind.TOPIC, kind.TYPE, b'{"id": "' + long + b'"}'),
            self._event(kind.TOPIC, "nul\0in.its.type", b"{}", division="33\x000106", correlation_id="a\0b"),
        ]
        self._schedule.chance.shuffle(messages)
        await self._transport.publish(messages)
        self.sent[reader] += len(messages)
        self._schedule.strike(len(messages))

    async def __aenter__(self) -> Self:
        await self._transport.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.close()

    def _event(self, topic: str, kind: str, value: bytes, **more: Any) -> Message:
        event_id = uuid4()
        self.ids.add(event_id)
        return encode(topic, Envelope(event_id, kind, "/test", str(uuid4()), 1, utc_now(), "k", **more), value)


async def test_f14_poison_while_letters_cannot_be_written(house: House) -> None:
    schedule, sick = Schedule("F14"), Sick()
    desk = Desk(house, schedule)
    await house.stop("incubation")
    house.wrap("incubation", sick.around)
    await house.start("incubation")
    refused: list[int] = []
    async with Poison(house, schedule) as poison:
        async with under_load(house, schedule, clients=2):
            with pytest.raises(EventTooLarge):
                await desk.rate(1, type="x" * MAX_EVENT_BYTES)
            for _ in range(rounds(2, 15)):
                await asyncio.sleep(schedule.chance.random())
                async with _letters_refused(house):
                    await poison.send()
                    refused.append(desk.number(schedule.chance.choice(DIVISIONS)))
                    assert (await desk.register(refused[-1], name=f"{BAD}{refused[-1]}")).status_code == 201
                    schedule.strike()
                    await asyncio.sleep(schedule.chance.uniform(0.5, 1.5))
                    behind = await house.tap.lag(house.groups("incubation"))
                    assert behind > 0, "passed by what could not be put aside"
                await house.until(lambda: _all_put_aside(house, poison, refused), "everything put aside", 60)
        letters = poison.sent.total() + len(refused)
        await schedule.prove(house, foreign=poison.ids, within=60, letters=letters)
        assert await _all_put_aside(house, poison, refused)
        sick.healed = True
        schedule.strike()
        await _try_again(house, refused)
        await schedule.prove(house, foreign=poison.ids, letters=letters)


@asynccontextmanager
async def _letters_refused(house: House) -> AsyncIterator[None]:
    """Nothing can be put aside, and nothing is."""
    before = await _letters(house)
    for service in READERS:
        await house.change(service, f"REVOKE INSERT ON dead_letters FROM {RUNTIME}")
    try:
        yield
        assert await _letters(house) == before
    finally:
        for service in READERS:
            await house.change(service, f"GRANT INSERT ON dead_letters TO {RUNTIME}")


async def _try_again(house: House, refused: Sequence[int]) -> None:
    """Every letter several times at once: what can be handled by now takes effect once, the rest is refused."""
    handlers = house.worker("incubation").handlers

    async def retry(letter: UUID) -> str:
        try:
            async with house.database("incubation").transaction(SYSTEM) as tx:
                await dead_letters.retry(tx, letter, handlers)
        except (dead_letters.DeadLetterNotOpen, MalformedEvent, LookupError, ValidationError) as error:
            return type(error).__name__
        return "retried"

    letters = await house.rows("incubation", LETTERS)
    done = Counter(await asyncio.gather(*(retry(row["id"]) for row in letters for _ in range(3))))
    assert (done["retried"], done["DeadLetterNotOpen"]) == (len(refused), 2 * len(refused)), done
    settled = await house.rows("incubation", LETTERS)
    assert Counter(row["state"] for row in settled if row["reason"] == "handler_failed")["retried"] == len(refused)
    codes = [code_of(number) for number in refused]
    checks = await house.rows("incubation", "SELECT uscc FROM formation_checks WHERE uscc = ANY(:codes)", codes=codes)
    assert Counter(row["uscc"] for row in checks) == Counter(codes)


async def _all_put_aside(house: House, poison: Poison, refused: Sequence[int]) -> bool:
    """What was sent to each reader lies there once: no less, and no good event beside it."""
    due = {name: poison.sent[name] + (len(refused) if name == "incubation" else 0) for name in READERS}
    return {name: len(found) for name, found in (await _letters(house)).items()} == due


async def _letters(house: House) -> dict[str, set[UUID]]:
    return {name: {row["id"] for row in await house.rows(name, LETTERS)} for name in READERS}
