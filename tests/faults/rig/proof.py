"""What follows each fault: heal, wait, hold everything against the invariants, say so in one line."""

import os
import random
import time
from collections.abc import Collection
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.bus.envelope import MalformedEvent, decode
from tests.faults.checker.invariants import Baseline, Report, check
from tests.faults.checker.observed import Wire, connected, observe
from tests.faults.load.client_log import ClientLog
from tests.faults.rig.house import EVERY_TOPIC, House
from tests.running.figures import say

LONG = os.environ.get("FAULTS") == "long"


def rounds(short: int, long: int) -> int:
    """How often a fault strikes: `FAULTS=long` asks for more."""
    return long if LONG else short


class Schedule:
    """The seed of a run (FAULTS_SEED repeats one), and what was injected by it."""

    def __init__(self, fault: str) -> None:
        self.fault = fault
        self.seed = int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(2**32))
        self.chance = random.Random(self.seed)
        self.injected = 0
        self.log: ClientLog | None = None
        """What the workload's clients were answered."""
        self._started = time.monotonic()
        self._healed: float | None = None
        print(f"{fault}: seed {self.seed}")  # also where the test does not reach its end

    def strike(self, times: int = 1) -> None:
        """Count an injection."""
        self.injected += times
        self._healed = None

    def heal(self) -> None:
        """From now on nothing is broken any more: I8's time runs. Said again before the next injection, it is old."""
        self._healed = self._healed or time.monotonic()

    @property
    def healed_seconds(self) -> float:
        """For how long it has been healed: whatever clients do to end counts too."""
        self.heal()
        assert self._healed is not None
        return time.monotonic() - self._healed

    async def prove(
        self,
        house: House,
        *,
        doomed: Collection[UUID] = (),
        foreign: Collection[UUID] = (),
        baseline: Baseline | None = None,
        within: float = 30,
        letters: int = 0,
    ) -> Report:
        """I1 to I8 on databases and transport, both read whole, `within` seconds of healing.

        `doomed` are ids of events that were rolled back for certain, `foreign` those that the test put on the
        transport by itself, `letters` is how many were to be dead-lettered.
        """
        assert self.injected, "nothing was injected"
        assert baseline is None or baseline.posted, "a baseline without postings holds nothing (I5)"
        await house.settle(within - self.healed_seconds)
        healed = self.healed_seconds
        wire, unreadable = await read_wire(house)
        known = {*foreign, *unreadable}
        report = await check(house.databases, wire=wire, foreign=known, baseline=baseline, log=self.log)
        assert not report.breaches, f"seed {self.seed}: {report.breaches}"
        assert report.dead_letters == letters, f"seed {self.seed}: {report.dead_letters} put aside, not {letters}"
        assert baseline is None or report.postings, "nothing is posted (I5)"
        async with connected(house.databases) as connections:
            observed = await observe(connections)
        committed = {row["id"] for row in observed.events()}
        seen = {message.event_id for message in wire}
        assert not committed - seen, f"seed {self.seed}: I1: committed, not on the transport: {committed - seen}"
        anywhere = committed | seen | {event_id for claims in observed.inbox.values() for event_id in claims}
        assert not anywhere & set(doomed), f"seed {self.seed}: I2: rolled back, and there: {anywhere & set(doomed)}"
        say(
            f"{self.fault}: seed {self.seed}, injected {self.injected}, events {report.events}, "
            f"repeats {report.repeats}, losses {report.losses}, duplicates {report.duplicates}, "
            f"postings {report.postings}, dead letters {report.dead_letters}, "
            f"quiet {healed:.1f} s after healing, {time.monotonic() - self._started:.1f} s in all"
        )
        return report


async def read_wire(house: House) -> tuple[list[Wire], set[UUID]]:
    """Every event that lies on the transport; and what consumers call messages that are none."""
    found, unreadable = [], set()
    for delivered in await house.tap.messages(EVERY_TOPIC):
        topic, partition, offset = delivered.message.topic, delivered.partition, delivered.offset
        try:
            envelope = decode(delivered.message)
        except MalformedEvent:
            unreadable.add(uuid5(NAMESPACE_URL, f"{topic}/{partition}/{offset}"))
        else:
            found.append(Wire(topic, partition, offset, envelope.id, envelope.subject, envelope.sequence))
    return found, unreadable
