"""What all steps have: the actors, their city, seconds by step, several requests at a time, and waiting."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from shuangfu.city.invented.hangzhou import Hangzhou
from shuangfu.city.invented.inventing import City
from shuangfu.city.measuring import measure_processor
from shuangfu.demonstration.actors import Actors, Report
from shuangfu.demonstration.findings import DemoFailed, Json
from shuangfu.services import SERVICES

AT_ONCE = 6
"""Requests at a time: as many clerks."""
_POLL_SECONDS = 0.2
_QUIET_SECONDS = 1.5
Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Timed:
    """A step that was taken: of how many things, how long it took, and seconds of processor by kind of process."""

    step: str
    things: int = 0
    seconds: float = 0.0
    processor: dict[str, float] | None = None


@dataclass(slots=True)
class Steps:
    """A run on its way."""

    actors: Actors
    city: City
    hangzhou: Hangzhou
    year: int
    """The year that is rated and paid: it begins with the source's last day."""
    report: Report
    wait_seconds: float
    on_step: Callable[[Timed], None] = lambda _: None
    timed: list[Timed] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Timed]:
        """Measures what happens in its block."""
        found = Timed(name)
        self.report(name, 0, 0)
        before, started = measure_processor(), time.monotonic()
        yield found
        found.seconds, after = time.monotonic() - started, measure_processor()
        if before is not None and after is not None:
            found.processor = {role: round(after[role] - before.get(role, 0.0), 2) for role in sorted(after)}
        self.timed.append(found)
        self.on_step(found)

    def each(self, timed: Timed, items: Iterable[Item], ask: Callable[[Item], Answer]) -> list[Answer]:
        """Ask for every item, several at a time; the answers in the items' order. The first failure is raised."""
        given = list(items)
        found: list[Answer] = []
        with ThreadPoolExecutor(AT_ONCE) as clerks:
            for answer in clerks.map(ask, given):
                found.append(answer)
                self.report(timed.step, len(found), len(given))
        timed.things += len(given)
        return found

    def wait(self, step: str, count: Callable[[], int], wanted: int) -> None:
        """Until a count reaches what is wanted. Raises DemoFailed."""
        deadline = time.monotonic() + self.wait_seconds
        while (found := count()) < wanted:
            self.report(step, found, wanted)
            if time.monotonic() > deadline:
                raise DemoFailed(f"{step}: {found} of {wanted} after {self.wait_seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def settle(self, step: str) -> Json:
        """Until nothing waits to be published and nobody has consumed anything for a while; the counts by service."""
        deadline = time.monotonic() + self.wait_seconds
        before, since = self.events(), time.monotonic()
        while time.monotonic() - since < _QUIET_SECONDS or any(one["unpublished"] for one in before.values()):
            if time.monotonic() > deadline:
                raise DemoFailed(f"{step}: events are still on their way after {self.wait_seconds:.0f} s")
            time.sleep(_POLL_SECONDS)
            now = self.events()
            if now != before:
                before, since = now, time.monotonic()
        return before

    def events(self) -> Json:
        """What each service has published and consumed."""
        return {service: self.actors.get(f"/{service}/v1/operations/bus") for service in SERVICES}
