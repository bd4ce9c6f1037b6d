"""`python -m benchmarks.growth` (`make growth`): time and space by the number of organizations, in one run."""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.growth.growing import Grown
from benchmarks.growth.measuring import NUMBERS, QUICK, Found, measure_growth
from benchmarks.options import say
from benchmarks.servers import Servers

MISSED = 3
"""The exit code where something grew faster; 1 is an error of the run itself."""
OUTBOX = "outbox"
"""The table that is emptied by the day, `SHUANGFU_REPLAY_DAYS` after events were published."""


async def run(folder: Path, numbers: tuple[int, ...]) -> Found:
    """Start PostgreSQL and the services, then measure. Raises what `measure_growth` raises."""
    with Servers(folder) as servers:
        say("starting PostgreSQL")
        await servers.start(kafka=False)
        return await measure_growth(servers, numbers)


def grown_table(grown: Sequence[Grown]) -> Table:
    """A row for each figure, a column for each number of organizations."""
    table = Table(title="By the number of organizations", box=None)
    numbers = sorted(grown[0].figures)
    for column in ("measured", *(f"{number:,}" for number in numbers), "grows as", "goal"):
        table.add_column(column, justify="left" if column == "measured" else "right")
    for one in grown:
        figures = [shown(one, number) for number in numbers]
        table.add_row(one.name, *figures, f"n^{one.exponent:.2f}", "reached" if one.reached else "MISSED")
    return table


def shown(one: Grown, number: int) -> str:
    """A figure with its unit; of what all have together, what each has too."""
    figure = one.figures[number]
    if one.unit == "s":
        return f"{figure:,.1f} s ({figure / number * 1000:.2f} ms each)"
    if one.unit == "bytes":
        each = f" ({figure / number / 1000:.1f} kB each)" if one.name.startswith("databases") else ""
        return f"{figure / 2**20:,.0f} MiB{each}"
    return f"{figure:,.1f} ms"


def bytes_table(found: Found) -> Table:
    """Where each organization's bytes are, and which stay once the outbox's days are over."""
    table = Table(title="Bytes for each organization", box=None)
    for column in ("table", "rows", "indexes", "stays"):
        table.add_column(column, justify="left" if column == "table" else "right")
    whole = stays = 0.0
    for name, size in sorted(found.tables.items(), key=lambda item: -(item[1].rows + item[1].indexes)):
        rows, indexes = size.rows / found.organizations, size.indexes / found.organizations
        left = 0.0 if name.endswith(f".{OUTBOX}") else rows + indexes
        whole, stays = whole + rows + indexes, stays + left
        table.add_row(name, f"{rows:,.0f}", f"{indexes:,.0f}", f"{left:,.0f}")
    table.add_row("together", f"{whole:,.0f}", "", f"{stays:,.0f}")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer organizations: rough")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, the tables on stderr")
    given = parser.parse_args(arguments)
    environment: dict[str, object] = {"cores": os.cpu_count(), "on": datetime.now(UTC).date().isoformat()}
    environment["load_average_before"] = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="shuangfu-growth-") as folder:
        found = uvloop.run(run(Path(folder), QUICK if given.quick else NUMBERS))
    console = Console(stderr=given.json, width=None if sys.stdout.isatty() else 180)
    console.print(grown_table(found.grown))
    console.print(bytes_table(found))
    console.print(
        "· One API and one worker of registry and incubation, on the embedded log. Goal: no faster than n log n."
    )
    console.print("· On Kafka the log (bus) is the broker's. Stays: without published events older than their days.")
    if given.json:
        grown = [{**asdict(one), "exponent": round(one.exponent, 2), "reached": one.reached} for one in found.grown]
        tables = {name: asdict(size) for name, size in found.tables.items()}
        print(
            orjson.dumps(
                {"environment": environment, "grown": grown, "tables": tables}, option=orjson.OPT_NON_STR_KEYS
            ).decode()
        )
    return 0 if all(one.reached for one in found.grown) else MISSED


if __name__ == "__main__":
    sys.exit(main())
