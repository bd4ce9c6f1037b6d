"""F12: LISTEN connections dropped, notifications suppressed: polling finds everything, a little later (I1 I8)."""

import asyncio
import statistics
import time

import asyncpg
import pytest

from shared.urls import driver_url
from tests.conftest import TokenFor
from tests.faults.checker.invariants import settle
from tests.faults.checker.observed import connected
from tests.faults.rig.process import SABOTAGE
from tests.faults.rig.proof import rounds
from tests.faults.rig.stack import Stack
from tests.faults.rig.trial import Trial
from tests.running.figures import say

pytestmark = pytest.mark.kafka
POLL_SECONDS = 1.0
SAMPLES = 5
_LISTENERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE query LIKE 'LISTEN%' AND datname = current_database() AND pid <> pg_backend_pid()"
)
_DELAY = (
    "SELECT extract(epoch FROM published_at - occurred_at)::float AS seconds FROM outbox "
    "WHERE published_at IS NOT NULL AND occurred_at > to_timestamp($1)"
)


async def test_f12_listeners_dropped_then_nobody_woken(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F12", stack, token_for)
    poll = {"SHUANGFU_POLL_SECONDS": str(POLL_SECONDS)}
    parts = [(half, service) for half in ("api", "worker") for service in ("registry", "incubation")]
    await asyncio.gather(*(stack.start(*part, **poll) for part in parts))
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(15, 100)):
            trial.schedule.strike(await _drop_listeners(stack))
            await asyncio.sleep(trial.schedule.chance.random() * 0.2)
    await trial.prove()

    # One event at a time, so that no other one's wake-up helps it.
    woken = await _delays(trial, stack)
    for _ in range(2):  # others use the machine too: then of more of them
        if statistics.median(woken) >= POLL_SECONDS / 4:
            woken += await _delays(trial, stack)
    silent = poll | {SABOTAGE: "no-wake-ups"}
    for part in parts:
        await stack.restart(*part, **silent)
        trial.schedule.strike()
    polled = await _delays(trial, stack)
    say(f"F12: published after {statistics.median(woken):.3f} s woken, {statistics.median(polled):.3f} s polling")
    # Medians only: one sample of a busy machine says nothing.
    assert statistics.median(woken) < POLL_SECONDS / 4, "wake-ups did not come before either"
    assert statistics.median(polled) > 2 * statistics.median(woken), "wake-ups were not suppressed"
    assert statistics.median(polled) < POLL_SECONDS + 1, "polling is the bound"
    await trial.prove()


async def _drop_listeners(stack: Stack) -> int:
    dropped = 0
    for service in ("registry", "incubation"):
        connection = await asyncpg.connect(driver_url(stack.databases[service]))
        try:
            dropped += len(await connection.fetch(_LISTENERS))
        finally:
            await connection.close()
    return dropped


async def _delays(trial: Trial, stack: Stack) -> list[float]:
    """From commit to publication, of registrations that come alone."""
    trial.load.mix, trial.load.clients = {"register": 1}, 1
    since = time.time()
    for _ in range(SAMPLES):
        await trial.load.run(1)
        await asyncio.sleep(POLL_SECONDS + trial.schedule.chance.random() * 0.2)
    _, waiting = await settle(stack.databases, seconds=30)
    assert not waiting, waiting
    async with connected({"registry": stack.databases["registry"]}) as connections:
        rows = await connections["registry"].fetch(_DELAY, since)
    assert len(rows) == SAMPLES
    return [row["seconds"] for row in rows]
