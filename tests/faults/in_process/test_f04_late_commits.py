"""F4: a low sequence number that is committed late; an early transaction that writes its aggregate late."""

import asyncio
from uuid import UUID

import httpx
from sqlalchemy import text

from shared.db.session import Transaction
from tests.conftest import SYSTEM
from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import (
    DIVISIONS,
    GONGSHU,
    PATIENCE,
    XIHU,
    Desk,
    code_of,
    division_of,
    others,
    register_in,
    under_load,
)
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, rounds
from tests.running.databases import WAITING, hold_chains

MINE = text("SELECT max(seq) FROM outbox WHERE xmin = pg_current_xact_id()::xid")
PASSED = "SELECT count(*) FROM outbox WHERE seq > :seq AND published_at IS NOT NULL"
VERSION = text("SELECT version FROM organizations WHERE uscc = :uscc")


async def test_f4_low_numbers_committed_late(house: House) -> None:
    schedule = Schedule("F4")
    desk = Desk(house, schedule)
    async with under_load(house, schedule):
        for _ in range(rounds(5, 60)):
            await asyncio.sleep(schedule.chance.random() * 0.2)
            number = desk.number(schedule.chance.choice(DIVISIONS))
            await _hold_back(desk, number, schedule)
            await _write_late(desk, number)
            schedule.strike(2)
    await schedule.prove(house)


async def _hold_back(desk: Desk, number: int, schedule: Schedule) -> None:
    """Numbers are taken now and committed after later ones were published; who wants the same row waits for it."""
    house = desk.house
    async with house.database("registry").transaction(SYSTEM) as slow:
        await _register(slow, desk, number)
        seq = await slow.scalar(MINE)
        same = asyncio.create_task(desk.register(number))
        try:
            # The trail of a division is one chain, so only other divisions' writers go on meanwhile.
            later = desk.number(schedule.chance.choice(others(division_of(number))))
            assert (await desk.register(later)).status_code == 201

            async def passed() -> bool:
                return bool(await house.scalar("registry", PASSED, seq=seq))

            await house.until(passed, "later rows published")
            await asyncio.sleep(schedule.chance.random() * 0.1)
            assert not same.done()
        except BaseException:
            same.cancel()
            await asyncio.gather(same, return_exceptions=True)
            raise
    assert (await same).status_code == 200


async def _write_late(desk: Desk, number: int) -> None:
    """A transaction older than several versions writes the next one."""
    async with desk.house.database("registry").transaction(SYSTEM) as early:
        await early.scalar(text("SELECT pg_current_xact_id()"))
        before = await early.scalar(VERSION, {"uscc": code_of(number)})
        for _ in range(2):
            assert (await desk.register(number)).status_code == 200
        await _register(early, desk, number)
        assert await early.scalar(VERSION, {"uscc": code_of(number)}) == before + 3


async def _register(tx: Transaction, desk: Desk, number: int) -> None:
    await register_in(tx, {"uscc": code_of(number), **desk.registration(number)})


async def test_f4_a_lock_that_is_held_stops_its_own_division_only(a_house: OpenHouse) -> None:
    """A batch of two divisions holds one's trail while it waits for the other's: it gives up, and is redelivered."""
    async with a_house(lock_seconds=0.5) as house:
        schedule = Schedule("F4 a held lock")
        desk = Desk(house, schedule)
        [ours] = await desk.grants(1, division=GONGSHU)
        [theirs] = await desk.grants(1, division=XIHU)
        async with house.holding("funding", hold_chains(XIHU)):
            schedule.strike()
            await desk.rate_each([GONGSHU, XIHU])
            await house.until(lambda: _batch_waits(house), "the batch waits for a lock")
            assert (await _reviewed(desk, ours)).status_code == 200
            refused = await desk.step(theirs, "review", f"{theirs}/review")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        # The batch that gave up is redelivered, and takes that head before us for once.
        assert (await _reviewed(desk, theirs)).status_code == 200
        await schedule.prove(house)  # with no letter: who waits is no bad event


async def _reviewed(desk: Desk, grant: UUID) -> httpx.Response:
    """Try again while the answer is: not now."""
    for _ in range(PATIENCE):
        answer = await desk.step(grant, "review", f"{grant}/review")
        if answer.status_code != 503:
            break
    return answer


async def _batch_waits(house: House) -> bool:
    return bool(await house.rows("funding", WAITING))
