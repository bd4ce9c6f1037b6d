"""Kills one container after the other while the demonstration runs."""

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.compose.stack import Container, Stack

LARGEST_DELAY = 0.15
"""Between a reported step and the kill, which therefore hits anywhere in the next requests."""
USED = {
    "import": "registry",
    "check": "incubation",
    "approve": "incubation",
    "establish": "registry",
    "enrol": "evaluation",
    "rate": "evaluation",
    "grant": "funding",
    "pay": "funding",
}
"""The service that a step of the demonstration works with: its containers are killed then."""
EVERYBODYS = {"gateway", "kafka", "postgres"}


@dataclass(frozen=True, slots=True)
class Kill:
    """What was killed, at which step, and how it was restarted."""

    container: Container
    step: str
    back_seconds: float
    back_by: str
    during: bool
    """Whether the demonstration was running."""


class Killer:
    """`at(step)` in the demonstration's thread waits until the last container is healthy again, then kills the next."""

    def __init__(self, stack: Stack, victims: Sequence[Container], seed: int) -> None:
        self._stack = stack
        self._random = random.Random(seed)
        self._victims = list(victims)
        self._random.shuffle(self._victims)
        self._thread: threading.Thread | None = None
        self._points: set[tuple[str, int]] = set()
        self.kills: list[Kill] = []
        self.failed: list[str] = []

    def at(self, step: str, done: int, _of: int) -> None:
        """A place in the demonstration: see `demonstration.job.Report`."""
        if (step, done) in self._points or not self._victims:
            return
        self._points.add((step, done))
        self.join()
        self._send_down(self._choose(step), f"{step} {done}", during=True)

    def _send_down(self, victim: Container, step: str, *, during: bool) -> None:
        self._thread = threading.Thread(target=self._kill, args=(victim, step, during), daemon=True)
        self._thread.start()

    def _choose(self, step: str) -> Container:
        used = USED.get(step, "")
        fitting = [victim for victim in self._victims if used and victim.service.startswith(used)]
        common = [victim for victim in self._victims if victim.service in EVERYBODYS]
        chosen = (fitting or common or self._victims)[0]
        self._victims.remove(chosen)
        return chosen

    def finish(self) -> None:
        """Kill the remaining ones, one by one; only the traffic continues. The verdict counts those killed before."""
        self.join()
        for victim in self._victims:
            self._send_down(victim, "after", during=False)
            self.join()
        self._victims.clear()

    def join(self) -> None:
        """Wait until the last killed container is healthy again."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _kill(self, victim: Container, step: str, during: bool) -> None:
        time.sleep(self._random.uniform(0, LARGEST_DELAY))
        try:
            seconds, who = self._stack.kill(victim)
        except Exception as error:
            self.failed.append(f"{victim} at {step}: {error}")
        else:
            self.kills.append(Kill(victim, step, seconds, who, during))
