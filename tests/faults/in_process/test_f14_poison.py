"""F14: poison, oversize and unknown events, while dead letters cannot be written for a time; letters tried again."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.bus.envelope import MalformedEvent
from shared.bus.handlers import Handler, Received
from shared.bus.receiving import dead_letters, settling
from shared.bus.sending.outbox import MAX_EVENT_BYTES, EventTooLarge
from shared.db.session import Transaction
from shared.schema.security import RUNTIME
from tests.conftest import SYSTEM
from tests.faults.load.desk import DIVISIONS, Desk, code_of, under_load
from tests.faults.rig.house import House
from tests.faults.rig.poison import LETTERS, READERS, Poison, all_put_aside, letters_of
from tests.faults.rig.proof import Schedule, rounds

BAD = "不可处理"


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
                    await house.until(lambda: _published(house, refused[-1]), "the bad one published")
                    await asyncio.sleep(schedule.chance.uniform(0.5, 1.5))
                    behind = await house.tap.lag(house.groups("incubation"))
                    assert behind > 0, "passed by what could not be put aside"
                await house.until(
                    lambda: all_put_aside(house, poison, {"incubation": len(refused)}), "everything put aside"
                )
        letters = poison.sent.total() + len(refused)
        await schedule.prove(house, foreign=poison.ids, within=60, letters=letters)
        assert await all_put_aside(house, poison, {"incubation": len(refused)})
        sick.healed = True
        schedule.strike()
        await _try_again(house, refused)
        await schedule.prove(house, foreign=poison.ids, letters=letters)


async def _published(house: House, number: int) -> bool:
    told = "SELECT FROM outbox WHERE published_at IS NOT NULL AND data->>'uscc' = :code"
    return bool(await house.rows("registry", told, code=code_of(number)))


@asynccontextmanager
async def _letters_refused(house: House) -> AsyncIterator[None]:
    """Nothing can be dead-lettered, and nothing is."""
    before = await letters_of(house)
    for service in READERS:
        await house.change(service, f"REVOKE INSERT ON dead_letters FROM {RUNTIME}")
    try:
        yield
        assert await letters_of(house) == before
    finally:
        for service in READERS:
            await house.change(service, f"GRANT INSERT ON dead_letters TO {RUNTIME}")


async def _try_again(house: House, refused: Sequence[int]) -> None:
    """Every letter several times at once: what can be handled by now takes effect once, the rest is refused."""
    handlers = house.worker("incubation").handlers

    async def retry(letter: UUID) -> str:
        try:
            async with house.database("incubation").transaction(SYSTEM) as tx:
                await settling.retry(tx, letter, handlers)
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
