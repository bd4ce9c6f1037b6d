"""`python -m benchmarks`: the product against hand-written floors, in one run."""

import argparse
import asyncio
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import orjson
import uvloop
from rich.console import Console

from benchmarks.areas.measuring import measure_areas
from benchmarks.chain import compare_rows, measure_chain
from benchmarks.console.measuring import measure_console
from benchmarks.imports.measuring import measure_imports
from benchmarks.joint_plans import measure_plans
from benchmarks.latency import measure_latency
from benchmarks.ledger.postings import measure_ledger
from benchmarks.lists.measuring import measure_lists
from benchmarks.options import PARTS, TRANSPORTS, Options, notes, say
from benchmarks.pair import open_pair
from benchmarks.ratings.measuring import measure_ratings
from benchmarks.registrations import measure_one_division, measure_registrations, measure_security
from benchmarks.report import Results, as_json
from benchmarks.servers import Servers
from benchmarks.shown.table import table

RUN_SECONDS = 1800.0
MISSED = 3
"""The exit code where a goal was missed; 1 is an error of the run itself."""


async def measure(options: Options, folder: Path) -> Results:
    """Everything that the options ask for."""
    with Servers(folder) as servers:
        say("starting PostgreSQL" + (" and Kafka" if "kafka" in options.transports else ""))
        await servers.start(kafka="kafka" in options.transports)
        results = Results(await _environment(servers))
        if servers.kafka_missing:
            results.warnings.append(f"KAFKA IS NOT HERE: {servers.kafka_missing} — nothing was measured on it.")
            say(results.warnings[-1])
        results.notes += notes(options, os.cpu_count() or 1)
        await _measure_requests(servers, options, results)
        await _measure_apart(folder, options, results)
        if "areas" in options.parts:
            results.areas = await measure_areas(servers, quick=options.quick)
        if "ratings" in options.parts:
            results.ratings = await measure_ratings(servers, quick=options.quick)
        if "imports" in options.parts:
            with servers.group():
                results.imports = await measure_imports(servers, quick=options.quick)
        if "ledger" in options.parts:
            results.ledger.append(await measure_ledger(servers, quick=options.quick))
        if "lists" in options.parts:
            with servers.group():
                results.lists, results.exports = await measure_lists(servers, quick=options.quick)
        for transport in options.transports:
            if transport != "kafka" or servers.bootstrap:
                await _measure_transport(servers, transport, options, results)
    results.environment["load_average_after"] = round(os.getloadavg()[0], 1)
    return results


async def _measure_apart(folder: Path, options: Options, results: Results) -> None:
    """What needs none of the servers."""
    if "joint_plans" in options.parts:
        results.plans = await asyncio.to_thread(measure_plans, quick=options.quick)
    if "console" in options.parts:
        results.console = await asyncio.to_thread(measure_console, folder, quick=options.quick)


async def _measure_requests(servers: Servers, options: Options, results: Results) -> None:
    if "registrations" in options.parts:
        with servers.group():
            results.registrations = await measure_registrations(servers, options)
    if "security" in options.parts:
        with servers.group():
            results.security = await measure_security(servers, options)
    if "one_division" in options.parts:
        with servers.group():
            results.one_division = await measure_one_division(servers, options)


async def _measure_transport(servers: Servers, transport: str, options: Options, results: Results) -> None:
    if not {"chain", "latency"} & set(options.parts):
        return
    with servers.group():
        pair = await open_pair(servers, transport)
        try:
            if "latency" in options.parts:
                results.latency[transport] = await measure_latency(servers, pair, options)
            if "chain" in options.parts:
                results.chain[transport] = await measure_chain(pair, options)
                different = await compare_rows(pair)
                if different:
                    results.warnings.append(different)
        finally:
            await pair.close()


async def _environment(servers: Servers) -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average_before": round(os.getloadavg()[0], 1),
        "postgresql": await servers.settings(),
        "kafka": servers.bootstrap is not None,
    }


def _options(arguments: Sequence[str] | None) -> tuple[Options, bool]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, the table on stderr")
    parser.add_argument("--quick", action="store_true", help="smaller and shorter: rougher ratios")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be repeated")
    parser.add_argument("--transport", choices=TRANSPORTS, action="append", help="this transport; may be repeated")
    parser.add_argument("--organizations", type=int, help="of one round of the chain")
    given = parser.parse_args(arguments)
    options = Options(tuple(given.only or PARTS), tuple(given.transport or TRANSPORTS))
    return options.sized(quick=given.quick, organizations=given.organizations), given.json


def missed(results: Results) -> list[str]:
    """What was measured and missed its goal."""
    single = {
        "registrations": results.registrations,
        "security": results.security,
        "one division": results.one_division,
        **{f"chain on {transport}": found for transport, found in results.chain.items()},
        **{f"latency on {transport}": found for transport, found in results.latency.items()},
        **{f"joint plans: {one.division.name}": one for one in results.plans},
        **{one.name: one for one in results.areas},
        **{one.name: one for one in results.ratings},
        **{f"{one.rows:,} filed bodies imported": one for one in results.imports},
        **{f"lists: {one.name}": one for one in results.lists},
        **{f"lists: {one.name}": one for one in results.exports},
        **{one.name: one for one in results.console},
    }
    return [name for name, found in single.items() if found is not None and not found.reached]


def _end(*_: object) -> None:
    raise SystemExit(143)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then print."""
    options, wants_json = _options(arguments)
    signal.signal(signal.SIGTERM, _end)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shuangfu-bench-") as folder:

        async def bounded() -> Results:
            async with asyncio.timeout(RUN_SECONDS):
                return await measure(options, Path(folder))

        results = uvloop.run(bounded())
    results.environment["seconds"] = round(time.monotonic() - started, 1)
    console = Console(stderr=wants_json, width=None if sys.stdout.isatty() else 120)
    console.print(table(results))
    for note in results.notes:
        console.print(f"[dim]· {note}[/]")
    console.print(f"[dim]· {orjson.dumps(results.environment).decode()}[/]")
    for warning in results.warnings:
        console.print(f"[bold red]! {warning}[/]")
    if wants_json:
        print(orjson.dumps(as_json(results)).decode())
    names = missed(results)
    if names:
        print(f"benchmarks: a goal was missed by {'; '.join(names)}", file=sys.stderr)
    return MISSED if names else 0


if __name__ == "__main__":
    sys.exit(main())
