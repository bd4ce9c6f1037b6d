"""F13: tasks cancelled at random awaits while money moves; who borrows the connection next is of another division."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from tests.conftest import ALL_ROLES
from tests.faults.checker.invariants import take_baseline
from tests.faults.conftest import OpenHouse
from tests.faults.load.desk import YUHANG, Cancelling, Desk, under_load
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, rounds

POOL = 2
BINJIANG = "330108"
SCOPE = text("SELECT current_setting('shuangfu.scope', true)")
PAYMENTS = (
    "SELECT g.id, g.state, "
    "(SELECT count(*) FROM ledger_transactions t WHERE t.grant_id = g.id AND t.kind = 'grant_paid') AS payments, "
    "(SELECT count(*) FROM outbox o WHERE o.subject = g.id::text AND o.type LIKE '%grant.paid%') AS told, "
    "(SELECT count(*) FROM grant_steps s WHERE s.grant_id = g.id AND s.step = 'payment') AS steps "
    "FROM grants g WHERE g.id = ANY(:ids)"
)


@pytest.mark.parametrize("bus", ["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)])
async def test_f13_payments_cancelled_at_random_awaits(a_house: OpenHouse, bus: str) -> None:
    schedule = Schedule("F13")
    async with a_house(bus, pool_size=POOL) as house:
        desk = Desk(house, schedule)
        due = await _approved(desk, rounds(6, 80))
        paid: list[UUID] = []
        baseline = await take_baseline(house.databases)
        cancelling = Cancelling(house, schedule.chance, 0.8)
        background = Cancelling(house, schedule.chance, 0.1)
        async with under_load(house, schedule, clients=2, transport=background):
            # Where an await is drawn that a payment does not come to, nothing is cancelled.
            while due or cancelling.cancelled <= len(paid) // 2:
                due = due or await _approved(desk, 1)
                division, grant = due.pop()
                await _pay(house, cancelling, division, grant, BINJIANG if division == YUHANG else YUHANG)
                paid.append(grant)
            background.share = 0.0
            schedule.strike(cancelling.cancelled + background.cancelled)
        for found in await house.rows("funding", PAYMENTS, ids=paid):
            assert (found["state"], found["payments"], found["told"], found["steps"]) == ("paid", 1, 1, 1), found
        assert house.database("funding").engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        await schedule.prove(house, baseline=baseline)


async def _approved(desk: Desk, count: int) -> list[tuple[str, UUID]]:
    """`count` grants of each division, to be paid in turn."""
    theirs = [await desk.grants(count, "review", "approval", division=division) for division in (YUHANG, BINJIANG)]
    return [due for pair in zip(*theirs, strict=True) for due in zip((YUHANG, BINJIANG), pair, strict=True)]


async def _pay(house: House, cancelling: Cancelling, division: str, grant: UUID, other: str) -> None:
    """Until it is answered, with one key; after each try somebody of the other division looks around."""
    headers = {
        "Authorization": f"Bearer {house.token_for(ALL_ROLES, [division], subject='payer')}",
        "Idempotency-Key": f"pay {grant}",
    }
    async with httpx.AsyncClient(transport=cancelling, base_url="http://house", headers=headers) as client:
        paid = False
        while not paid:
            with suppress(httpx.ReadError):
                answer = await client.post(f"/funding/v1/grants/{grant}/payment")
                paid = answer.status_code == 200
                # Or the connection that was broken off is not gone yet, and holds the key.
                assert paid or answer.json()["type"].endswith("idempotency-key-in-flight"), answer.text
            await _look_around(house, other)


async def _look_around(house: House, division: str) -> None:
    """Every connection of the pool is borrowed: none has a scope left, and the caller sees its own rows only."""
    database = house.database("funding")
    async with AsyncExitStack() as stack:
        for _ in range(POOL):
            connection = await stack.enter_async_context(database.engine.connect())
            left = await connection.scalar(SCOPE)
            assert not left, f"I6: a connection came back with the scope {left}"
            assert await connection.scalar(text("SELECT count(*) FROM grants")) == 0, "I6: seen without a scope"
    seen = await asyncio.gather(*(_divisions_seen(house, division) for _ in range(POOL)))
    assert all(set(found) == {division} for found in seen), f"I6: {seen}"


async def _divisions_seen(house: House, division: str) -> Sequence[str]:
    headers = {"Authorization": f"Bearer {house.token_for('auditor', [division], subject='onlooker')}"}
    response = await house.http.get("/funding/v1/grants", params={"limit": 500}, headers=headers)
    assert response.status_code == 200, response.text
    return [grant["division"] for grant in response.json()["items"]]
