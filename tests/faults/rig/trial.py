"""A fault's trial on a `Stack`: load, injections, healing, the check of every invariant, one line about it."""

import asyncio
import itertools
import signal
import time
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from tests.conftest import TokenFor
from tests.faults.checker.invariants import Baseline, Report, check, settle, take_baseline
from tests.faults.load.workload import Workload
from tests.faults.rig.proof import Schedule
from tests.faults.rig.stack import Stack
from tests.faults.rig.subscribers import GROUPS
from tests.running.figures import say

CHAIN = {"register": 12, "change": 8, "deregister": 2, "batch": 2, "approve": 30, "rate": 20, "pay": 26}
"""A mix in which the whole chain moves: approvals, ratings and payments as often as registrations."""
PATIENCE_SECONDS = 120
"""For how long faults go on, at most, until what they are to meet has happened: a busy machine is slow."""


class Trial:
    """One fault on one stack."""

    def __init__(self, fault: str, stack: Stack, token_for: TokenFor, **workload: Any) -> None:
        self.schedule = Schedule(fault)
        self.stack = stack
        self.load = Workload(stack.bases, token_for, self.schedule.seed, **workload)
        self._baseline: Baseline | None = None
        self._moves_money = False
        self._started = time.monotonic()

    async def begin(self, writes: int = 60, *, postings: bool = False) -> None:
        """Start everything that does not run yet, open the year's rounds, let the chain begin.

        With `postings` until money has moved: the ledger as it is then must stand to the end (I5).
        """
        wanted = [(half, service) for half in ("api", "worker") for service in self.stack.urls]
        await asyncio.gather(*(self.stack.start(*part) for part in wanted if part not in self.stack.running))
        await self.load.open_cycles()
        await self.load.run(writes)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while postings and not (await take_baseline(self.stack.databases)).posted:
                await self.load.run(10)
        self._moves_money = postings

    @asynccontextmanager
    async def under_load(self) -> AsyncIterator[None]:
        """Clients go on while the block runs; they end with it, once their last requests are answered."""
        self._baseline = self._baseline or await take_baseline(self.stack.databases)
        stop = asyncio.Event()
        clients = asyncio.create_task(self.load.run_until(stop))
        try:
            yield
            self.schedule.heal()
            assert not clients.done(), "the clients ended"
        finally:
            stop.set()
            await asyncio.wait_for(clients, 120)

    async def turns(self, count: int) -> AsyncIterator[int]:
        """`count` turns of faults; where money is to move in between, more until some did, `PATIENCE_SECONDS` long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for turn in itertools.count():
            yield turn
            if turn + 1 < count:
                continue
            if not (self._moves_money and await self._stands_still()) or time.monotonic() > deadline:
                return

    async def _stands_still(self) -> bool:
        """Whether nothing was posted since the faults began."""
        assert self._baseline is not None
        return (await take_baseline(self.stack.databases)).postings <= self._baseline.postings

    async def kill_at(self, parts: Iterable[tuple[str, str]], points: Mapping[str, int], **extra: str) -> None:
        """Each part through each failpoint, at a random one of its first passes (as many as `points` says)."""
        for half, service in parts:
            drawn = [f"{point}:{self.schedule.chance.randint(1, most)}" for point, most in points.items()]
            self.schedule.chance.shuffle(drawn)
            self.schedule.strike(await self.stack.kill_at(half, service, drawn, **extra))

    async def settled(self, within: float = 60.0, lost: Collection[UUID] = ()) -> Report:
        """Wait, then hold everything against the invariants. Whether they hold is the caller's to say.

        `within` counts from the healing, so it holds the clients' last requests too. `lost` is not waited for.
        """
        _, waiting = await settle(self.stack.databases, seconds=within - self.schedule.healed_seconds, lost=lost)
        if waiting:
            await self._tell_state()
        while (lag := await self.stack.tap.lag(GROUPS)) and self.schedule.healed_seconds < within:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        seconds = self.schedule.healed_seconds
        wire = await self.stack.wire()  # read once nothing is added any more
        report = await check(self.stack.databases, baseline=self._baseline, log=self.load.log, wire=wire, lag=lag)
        report.settled_seconds = seconds
        report.note("I8", "quiet only after", [f"{seconds:.1f} s"] if seconds > within else [])
        say(
            f"{self.schedule.fault}: seed {self.schedule.seed}, injected {self.schedule.injected}, {report.line()}, "
            f"requests repeated {self.load.line.repeats}, {time.monotonic() - self._started:.1f} s in all"
        )
        return report

    async def _tell_state(self) -> None:
        """What a failure will want to know: health, and in each process's log what its tasks wait for."""
        for (half, service), process in self.stack.running.items():
            health = [await process.health(door) for door in ("healthz", "readyz")]
            print(f"{half} {service}: alive {process.is_alive()}, healthz and readyz {health}, {process.log}")
            process.signal(signal.SIGUSR1)
        await asyncio.sleep(1)

    async def prove(self, within: float = 60.0) -> Report:
        """The same, and every invariant must hold."""
        assert self.schedule.injected, "nothing was injected"
        report = await self.settled(within)
        assert not report.breaches, f"seed {self.schedule.seed}: {report.breaches}"
        if self._moves_money:
            assert self._baseline is not None
            assert self._baseline.posted, "nothing was posted before (I5)"
            assert report.postings > self._baseline.postings, "nothing was posted meanwhile (I5)"
        assert report.dead_letters == 0, f"seed {self.schedule.seed}: no event of these is a bad one"
        return report
