"""`python -m benchmarks.peers` (`make peers`): the product and its peers, in one run."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.options import say
from benchmarks.peers.contenders import NAMES, PRODUCT, TITLES, Contender, described, start
from benchmarks.peers.environment import Missing, PeerServers, prepare_environment
from benchmarks.peers.measuring import GOAL, Job, Sizes, measure

RUN_SECONDS = 1500.0
MISSED = 3
"""The exit code where the goal was missed; 1 is an error of the run itself."""
QUICK = Sizes(rounds=1, seconds=1.5, requests=4_000, batch=2_000, alone=150)


async def run(folder: Path, names: Sequence[str], sizes: Sizes) -> tuple[list[Job], list[str]]:
    """Start everybody, then measure in turn; what is not on this machine is a sentence. Raises RuntimeError."""
    missing: list[str] = []
    contenders: list[Contender] = []
    with PeerServers(folder, prepare_environment()) as servers:
        say("starting PostgreSQL and Kafka")
        await servers.start(kafka=True)
        if servers.bootstrap is None:
            raise RuntimeError(f"Kafka is not here: {servers.kafka_missing}")
        for name in (PRODUCT, *(one for one in names if one != PRODUCT)):
            try:
                contenders.append(await start(servers, name))
            except Missing as error:
                missing.append(f"{TITLES[name]} was not measured: {error}.")
                say(missing[-1])
        try:
            return await measure(contenders, sizes), missing
        finally:
            for one in contenders:
                await one.checks.close()


def shown(jobs: Sequence[Job]) -> Table:
    """A row for each job and contender: median, lowest to highest, and how many times as good the product is."""
    table = Table(title="Shuangfu and its peers", box=None)
    for column in ("job", "contender", "median", "lowest to highest", "product is", "goal"):
        table.add_column(column, no_wrap=column not in ("contender",))
    for job in jobs:
        for name, figures in job.figures.items():
            times = "" if name == PRODUCT else f"{job.times(name):.2f} ×"
            goal = (f"≥ {GOAL:g} × " + ("reached" if job.reached else "MISSED")) if name == job.best else ""
            spread = f"{min(figures):,.1f} – {max(figures):,.1f}"
            title = job.name if name == PRODUCT else ""
            table.add_row(title, TITLES[name], f"{job.middle(name):,.1f} {job.unit}", spread, times, goal)
    return table


def as_json(jobs: Sequence[Job], environment: dict[str, object]) -> dict[str, object]:
    """The figures, for a file."""
    found = [
        {"job": one.name, "unit": one.unit, "figures": one.figures, "best_peer": one.best, "reached": one.reached}
        for one in jobs
    ]
    return {"environment": environment, "jobs": found}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: rough")
    parser.add_argument("--only", choices=NAMES[1:], action="append", help="this peer; may be repeated")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, the table on stderr")
    given = parser.parse_args(arguments)
    names = tuple(given.only or NAMES[1:])
    environment: dict[str, object] = {"cores": os.cpu_count(), "on": datetime.now(UTC).date().isoformat()}
    environment["load_average_before"] = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="shuangfu-peers-") as folder:

        async def bounded() -> tuple[list[Job], list[str]]:
            async with asyncio.timeout(RUN_SECONDS):
                return await run(Path(folder), names, QUICK if given.quick else Sizes())

        jobs, missing = uvloop.run(bounded())
    console = Console(stderr=given.json, width=None if sys.stdout.isatty() else 160)
    console.print(shown(jobs))
    for line in (*described((PRODUCT, *names)), *missing):
        console.print(f"· {line}")
    console.print(
        "· One process answers each one's requests, on the same PostgreSQL (fsync on) and the same two cores as the "
        "broker, the workers and the generator. Whoever is not measured is idle."
    )
    if given.json:
        print(orjson.dumps(as_json(jobs, environment)).decode())
    return 0 if all(job.reached for job in jobs) else MISSED


if __name__ == "__main__":
    sys.exit(main())
