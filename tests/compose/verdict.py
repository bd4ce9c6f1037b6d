"""Checks the state at the end, and renders the result as a table."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from shuangfu.services import SERVICES
from tests.compose.killer import Kill
from tests.compose.stack import Stack, StackFailed
from tests.faults.checker.invariants import Baseline, Report

FIGURES = {
    "organizations": 27,
    "party_organizations": {"standalone": 2, "joint": 1, "led": 3},
    "evaluations_completed": 3,
    "stars": {"5": 1, "3": 1, "1": 1},
    "grants": {"raised": 3, "paid": 3, "total_fen": 900_000},
    "refused_rows": 0,
}
DRAIN_SECONDS = 180.0


@dataclass
class Verdict:
    """The result of a run; `breaches` is empty where everything holds."""

    seed: int
    image_bytes: int = 0
    up_seconds: float = 0.0
    demo_seconds: float = 0.0
    drain_seconds: float = 0.0
    backup_seconds: float = 0.0
    restore_seconds: float = 0.0
    kills: list[Kill] = field(default_factory=list)
    writes: int = 0
    demo_repeats: int = 0
    traffic_repeats: int = 0
    members: int = 0
    report: Report | None = None
    breaches: list[str] = field(default_factory=list)

    def hold(self, what: str, found: object, wanted: object) -> None:
        """Note a breach where the two differ."""
        if found != wanted:
            self.breaches.append(f"{what}: {found}, not {wanted}")

    def hold_more(self, what: str, found: float, least: float) -> None:
        """Note a breach where `found` is not above `least`: a run in which too little happened proves nothing."""
        if found <= least:
            self.breaches.append(f"{what}: {found}, not more than {least}")

    def hold_fire(self, containers: int) -> None:
        """Containers were killed during the demonstration, and requests failed because of it."""
        self.hold("containers killed", len(self.kills), containers)
        self.hold_more("killed during the demonstration", sum(kill.during for kill in self.kills), containers / 2)
        self.hold_more("requests repeated", self.demo_repeats + self.traffic_repeats, 0)
        self.hold_more("registrations put meanwhile", self.writes, 0)

    def hold_report(self, report: Report, baseline: Baseline) -> None:
        """The checker's own breaches, and that it had something to check."""
        self.report = report
        self.breaches += report.breaches
        self.hold_more("events", report.events, 0)
        self.hold_more("postings before the last kills", baseline.postings, 0)
        self.hold_more("postings", report.postings, 0)
        self.hold("events put aside", report.dead_letters, 0)

    def hold_figures(self, which: str, summary: dict[str, Any]) -> None:
        """The demonstration's own figures."""
        for name, wanted in FIGURES.items():
            self.hold(f"{which} demonstration, {name}", summary[name], wanted)
        self.hold(f"{which} demonstration, dead letters", summary["events"]["dead_letters"], 0)

    def show(self, console: Console) -> None:
        """The result as text."""
        table = Table("container killed", "at", "back after", "by", title="Killed one by one", box=box.SIMPLE_HEAD)
        for kill in self.kills:
            table.add_row(str(kill.container), kill.step, f"{kill.back_seconds:.1f} s", kill.back_by)
        console.print(table)
        result = Table("", "", title="Result", box=box.SIMPLE_HEAD, show_header=False)
        found = self.report or Report()
        for name, value in (
            ("seed", self.seed),
            ("image", f"{self.image_bytes / 1e6:.0f} MB"),
            ("up and healthy", f"{self.up_seconds:.1f} s"),
            ("incubation-worker=3: members of the group", self.members),
            ("containers killed", f"{len(self.kills)}, {sum(kill.during for kill in self.kills)} of them under way"),
            ("demonstration under fire", f"{self.demo_seconds:.1f} s, {self.demo_repeats} requests repeated"),
            ("registrations put meanwhile", f"{self.writes}, {self.traffic_repeats} requests repeated"),
            ("drained after", f"{self.drain_seconds:.1f} s"),
            ("events", f"{found.events} committed, {found.consumed} consumed"),
            ("messages on the broker that lie there again", found.repeats),
            ("losses", found.losses),
            ("duplicates", found.duplicates),
            ("gaps", found.gaps),
            ("ledger drift", found.drift),
            ("audit rows, chain verified", found.audit_rows),
            ("backed up in", f"{self.backup_seconds:.1f} s, with the container's start"),
            ("stopped, restored and up again in", f"{self.restore_seconds:.1f} s"),
            ("breaches", len(self.breaches)),
        ):
            result.add_row(name, str(value))
        console.print(result)
        for breach in self.breaches:
            console.print(f"BREACH {breach}", style="red", markup=False)
        console.print("compose-test: " + ("FAILED" if self.breaches else "everything holds"))


def await_drained(url: str, token: str, stack: Stack) -> float:
    """Wait until no outbox holds an event and no group lags; returns the seconds that took.

    Raises TimeoutError, which names what is left.
    """
    started = time.monotonic()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=20) as client:

        def waiting() -> dict[str, int]:
            counts = {s: client.get(f"/{s}/v1/operations/bus").raise_for_status().json() for s in SERVICES}
            return {service: count["unpublished"] for service, count in counts.items() if count["unpublished"]}

        _until_empty("unpublished events", waiting, started)
    _until_empty("lag", lambda: {group: lag for group, (_, lag) in stack.groups().items() if lag}, started)
    return time.monotonic() - started


def _until_empty(what: str, look: Callable[[], dict[str, int]], started: float) -> None:
    while True:
        try:
            found: object = look()
        except (httpx.HTTPError, StackFailed) as error:
            found = repr(error)
        if not found:
            return
        if time.monotonic() - started > DRAIN_SECONDS:
            raise TimeoutError(f"{what} after {DRAIN_SECONDS:.0f} s: {found}")
        time.sleep(0.5)
