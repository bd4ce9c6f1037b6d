"""Who checks the checker: a defect built in on purpose, and the fault's trial must turn red for its sake."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
import pytest

from shared.db.access import system_access
from shared.db.session import Database
from shared.field import uscc
from shared.urls import driver_url
from tests.conftest import TokenFor
from tests.faults.checker.effects import caused_twice
from tests.faults.checker.invariants import check
from tests.faults.checker.observed import connected, observe
from tests.faults.load.desk import register_in
from tests.faults.rig.process import SABOTAGE
from tests.faults.rig.stack import Stack
from tests.faults.rig.trial import Trial
from tests.registry.conftest import registration

pytestmark = pytest.mark.kafka
EXTENDING = {"register": 30, "approve": 70}
"""Areas are extended: the one effect that nothing but the inbox keeps from happening twice."""
STRIKES, RED_SECONDS = 12, 15.0


async def test_sabotage__without_the_inbox_f2_and_f6_turn_red(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("sabotage: no inbox", stack, token_for, mix=EXTENDING)
    no_inbox = {SABOTAGE: "no-inbox"}
    await stack.start("worker", "registry", **no_inbox)
    await trial.begin()
    async with trial.under_load():
        relay_killed = {"relay.acknowledged/extended": 3}
        consumer_killed = {"consumer.after_commit/extended": 3}
        # A copy that comes in one batch with the first is dropped there: then the relay has to be killed again.
        await _until_red(trial, lambda: trial.kill_at([("worker", "incubation")], relay_killed), copied=True)
        # It commits its offsets a moment after the database: only that moment is hit, on every attempt.
        await _until_red(trial, lambda: trial.kill_at([("worker", "registry")], consumer_killed, **no_inbox))
    report = await trial.settled()
    assert report.broken() == {"I3"}, report.breaches
    assert report.duplicates > 0
    assert (report.losses, report.dead_letters) == (0, 0)


async def _until_red(trial: Trial, strike: Callable[[], Awaitable[None]], *, copied: bool = False) -> None:
    """Strike until an event has taken effect twice that lies on the broker twice (`copied`), or only once."""
    before = await _twice_in_effect(trial.stack)
    for _ in range(STRIKES):
        await strike()
        deadline = time.monotonic() + RED_SECONDS
        while time.monotonic() < deadline:
            on_the_wire = Counter(str(message.event_id) for message in await trial.stack.wire())
            new = await _twice_in_effect(trial.stack) - before
            if any((on_the_wire[event_id] > 1) == copied for event_id in new):
                return
            await asyncio.sleep(0.2)
    pytest.fail(f"seed {trial.schedule.seed}: {STRIKES} strikes, and no event took effect twice for their sake")


async def _twice_in_effect(stack: Stack) -> set[str]:
    async with connected(stack.databases) as connections:
        return set(caused_twice(await observe(connections)))


async def test_sabotage__a_relay_that_goes_by_numbers_turns_f4_red(stack: Stack, token_for: TokenFor) -> None:
    # One client and no event from elsewhere: nothing but the late one is committed out of the order of its number.
    trial = Trial("sabotage: relay by number", stack, token_for, mix={"register": 2, "change": 1}, clients=1)
    await stack.start("worker", "registry", **{SABOTAGE: "relay-by-number"})
    await trial.begin()
    async with trial.under_load():
        late = await _commit_late(stack)
        trial.schedule.strike()
    report = await trial.settled(lost={late})
    assert {"I1", "I8"} <= report.broken() <= {"I1", "I4", "I8"}, report.breaches
    async with connected(stack.databases) as connections:
        waiting = (await observe(connections)).waiting()
    # Unpublished; and so neither in incubation nor in funding.
    assert len(waiting) == 3, f"not only the late event is lost: {waiting}"
    assert all(one.startswith(str(late)) for one in waiting), waiting
    assert report.losses > 0


async def _commit_late(stack: Stack) -> UUID:
    """A registration in a division of its own takes its number, waits for later ones to be published, commits."""
    code = uscc.make("52", "310101", "PDY90001")
    state = registration(division="310101", uscc=code)
    database = Database(stack.urls["registry"], access=system_access("registry", "late"))
    try:
        async with database.transaction() as tx:
            await register_in(tx, state)
            own = await tx.driver.fetchrow("SELECT seq, id FROM outbox WHERE xmin = pg_current_xact_id()::xid")
            await _until_later_ones_are_published(stack, own["seq"])
            event_id: UUID = own["id"]
            return event_id
    finally:
        await database.close()


async def _until_later_ones_are_published(stack: Stack, number: int) -> None:
    later = "SELECT EXISTS (SELECT FROM outbox WHERE seq > $1 AND published_at IS NOT NULL)"
    async with asyncio.timeout(30), connected({"registry": stack.databases["registry"]}) as connections:
        while not await connections["registry"].fetchval(later, number):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)


async def test_sabotage__without_row_level_security_the_check_turns_red(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("sabotage: row-level security", stack, token_for)
    await trial.begin(writes=30)
    assert not (await trial.settled()).breaches
    # Who owns is kept out by FORCE alone, who serves by the policies themselves.
    for taken, given, who in (
        ("NO FORCE", "FORCE", "shuangfu_owner"),
        ("DISABLE", "ENABLE", "shuangfu_runtime"),
    ):
        await _alter(stack, f"ALTER TABLE formation_cases {taken} ROW LEVEL SECURITY")
        report = await check(stack.databases)
        assert report.broken() == {"I6"}, report.breaches
        assert f"{who} with no scope" in report.breaches[0]
        assert "incubation.formation_cases" in report.breaches[0]
        await _alter(stack, f"ALTER TABLE formation_cases {given} ROW LEVEL SECURITY")
    assert not (await check(stack.databases)).breaches


async def _alter(stack: Stack, statement: str) -> None:
    connection = await asyncpg.connect(driver_url(stack.databases["incubation"]))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
