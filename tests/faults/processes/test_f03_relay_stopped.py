"""F3: two relays; the leader is stopped with rows in its hands until its lease is over, then goes on (I3 I4)."""

import asyncio
import signal
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import httpx
import pytest

from tests.conftest import TokenFor
from tests.faults.checker.observed import connected
from tests.faults.rig.process import HELD, LEASE
from tests.faults.rig.proof import LONG, rounds
from tests.faults.rig.stack import Process, Stack
from tests.faults.rig.trial import Trial
from tests.running.callers import PLAIN

pytestmark = pytest.mark.kafka
LEASE_SECONDS = 6.0
POINTS = ["relay.taken", "relay.acknowledged"]
ACTIVE = 'shuangfu_relay_active{service="registry"} 1.0'
_STILL = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND id = ANY($1::uuid[])"


async def test_f3_stopped_leader_loses_its_lease_and_goes_on_late(stack: Stack, token_for: TokenFor) -> None:
    trial = Trial("F3", stack, token_for)
    chance = trial.schedule.chance
    lease = {LEASE: str(LEASE_SECONDS)}
    await stack.start("worker", "registry", **lease)
    await trial.begin()
    async with trial.under_load():
        for _ in range(rounds(1, 2)):
            for point in chance.sample(POINTS, len(POINTS)):
                leader = await stack.restart(
                    "worker", "registry", point=f"{point}:{chance.randint(2, 5)}:SIGSTOP", **lease
                )
                # Else the guard may come first, and the leader never has anything to publish.
                await _until_leading(leader)
                guard = await stack.start("worker", "registry", spare=True, **lease)
                held = await _until_stopped(leader)
                trial.schedule.strike()
                await _until_taken_over(stack, held)
                before = await _copies(stack, held)
                if point == "relay.acknowledged":
                    assert min(before.values()) > 1, "the leader had published already, and the guard did again"
                # Past the session of its consumer too, in the long run: then its partitions are gone as well.
                await asyncio.sleep(12 if LONG else chance.random())
                leader.signal(signal.SIGCONT)
                if point == "relay.taken":  # then it publishes only now
                    await _until_more(stack, before)
                assert leader.is_alive()
                await guard.kill()
    report = await trial.prove()
    assert report.repeats > 0, "the late leader published nothing again"


async def _until_leading(leader: Process) -> None:
    """It says so itself; or it is stopped already, which happens to a leader only."""
    async with asyncio.timeout(60), httpx.AsyncClient(timeout=1, trust_env=False, verify=PLAIN) as client:
        while not leader.is_stopped():
            try:
                if ACTIVE in (await client.get(f"{leader.url}/metrics")).text:
                    return
            except httpx.TransportError:
                assert leader.is_alive()
            await asyncio.sleep(0.02)


async def _until_stopped(leader: Process) -> Sequence[str]:
    """The ids of the events that it has in its hands."""
    async with asyncio.timeout(60):
        while not leader.is_stopped():
            assert leader.is_alive()
            await asyncio.sleep(0.01)
    [*_, told] = [line for line in leader.log.read_text().splitlines() if line.startswith(HELD)]
    held = told.removeprefix(HELD).split()
    assert held, "the leader was stopped with empty hands"
    return held


async def _until_taken_over(stack: Stack, held: Collection[str]) -> None:
    """What the stopped leader has in its hands is published by the other relay: then its lease was over."""
    async with asyncio.timeout(60), connected({"registry": stack.databases["registry"]}) as connections:
        while await connections["registry"].fetchval(_STILL, held):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)


async def _copies(stack: Stack, held: Collection[str]) -> dict[str, int]:
    """How often each lies on the broker."""
    copies = Counter(str(message.event_id) for message in await stack.wire())
    return {event_id: copies[event_id] for event_id in held}


async def _until_more(stack: Stack, before: Mapping[str, int]) -> None:
    """Each lies there once more: by the leader that goes on."""
    async with asyncio.timeout(60):
        while any(now <= before[event_id] for event_id, now in (await _copies(stack, before)).items()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
