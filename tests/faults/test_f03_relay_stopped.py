"""F3: two relays; the leader is stopped with rows in its hands until its lease is over, then goes on (I3 I4)."""

import asyncio
import signal
import time

import pytest

from tests.conftest import TokenFor
from tests.faults.observed import connected
from tests.faults.process import LEASE
from tests.faults.proof import LONG, rounds
from tests.faults.stack import Process, Stack
from tests.faults.trial import Trial

pytestmark = pytest.mark.kafka
LEASE_SECONDS = 2.0
_WAITING = "SELECT seq FROM outbox WHERE published_at IS NULL"
_STILL = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND seq = ANY($1::bigint[])"


async def test_f3_stopped_leader_loses_its_lease_and_goes_on_late(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F3", stack, token_for)
    lease = {LEASE: str(LEASE_SECONDS)}
    await stack.start("worker", "registry", **lease)
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(2, 4)):
            point = trial.schedule.chance.choice(("relay.taken", "relay.acknowledged"))
            leader = await stack.restart(
                "worker", "registry", point=f"{point}:{trial.schedule.chance.randint(1, 5)}:SIGSTOP", **lease
            )
            guard = await stack.start("worker", "registry", spare=True, **lease)
            await _until_stopped(leader)
            trial.schedule.strike()
            await _until_taken_over(stack)
            # Past the session of its consumer too, in the long run: then its partitions are gone as well.
            await asyncio.sleep(12 if LONG else trial.schedule.chance.random())
            leader.signal(signal.SIGCONT)
            await asyncio.sleep(0.5)
            assert leader.is_alive()
            await guard.kill()
    report = await trial.prove()
    assert report.repeats > 0, "the late leader published nothing again"


async def _until_stopped(leader: Process) -> None:
    deadline = time.monotonic() + 20
    while not leader.is_stopped():
        assert time.monotonic() < deadline
        assert leader.is_alive()
        await asyncio.sleep(0.01)


async def _until_taken_over(stack: Stack) -> None:
    """What the stopped leader has in its hands is published by the other relay: then its lease was over."""
    deadline = time.monotonic() + 20
    async with connected({"registry": stack.databases["registry"]}) as connections:
        held = [row["seq"] for row in await connections["registry"].fetch(_WAITING)]
        assert held, "the leader was stopped with empty hands"
        while await connections["registry"].fetchval(_STILL, held):
            assert time.monotonic() < deadline, "nobody took over"
            await asyncio.sleep(0.05)
