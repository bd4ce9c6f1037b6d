"""Replays the source's Shanghai: invented from a seed, driven through the whole chain, compared with the text."""

import os
import platform
import sys
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import httpx
import orjson
import typer
from rich.console import Console
from rich.text import Text

from shared.field import divisions
from shared.field.calendar import china_day
from shuangfu.city.invented.hangzhou import CITY, Hangzhou
from shuangfu.city.invented.inventing import City
from shuangfu.city.invented.told import LARGEST_SCALE, LEAST_SCALE, Counts
from shuangfu.city.reporting import print_run, summarize
from shuangfu.city.running import run
from shuangfu.city.steps import Steps, Timed
from shuangfu.demonstration.actors import ACTORS, Actors
from shuangfu.demonstration.findings import DemoFailed
from shuangfu.demonstration.starting import embedded
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.processes import EmbeddedServerError
from shuangfu.showing import plain

MISSED = 3
"""The exit code where a figure is not the text's; 1 is an error of the run itself."""
_TOKEN_SECONDS = 6 * 3600
_REQUEST_SECONDS = 900.0
_OPENS = (10, 1)
"""From this day of a year on its cycle may be opened; until then the year before is rated."""
_PIPE_WIDTH = 156


def _scale_of(text: str) -> Counts:
    try:
        return Counts.of(Decimal(text))
    except InvalidOperation:
        why = f"{text} is no number; a scale lies from {LEAST_SCALE} to {LARGEST_SCALE}"
    except ValueError as error:
        why = str(error)
    raise typer.BadParameter(why, param_hint="--scale")


def replay_city(
    scale: Annotated[
        str, typer.Option(help="How much of the city: 1 is all of it, 0.01 a hundredth, at most 5.")
    ] = "0.01",
    seed: Annotated[int, typer.Option(help="What the city is invented from: the same seed, the same city.")] = 2014,
    bus: Annotated[str, typer.Option(help="log (embedded) or kafka (a real broker).")] = "log",
    wait_seconds: Annotated[float, typer.Option(help="How long one step waits for events at most.")] = 600.0,
    output: Annotated[Path | None, typer.Option("--output", help="Write everything to this JSON file as well.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Send Shanghai at the end of 2014, as the text tells it, through the whole chain, and compare."""
    counts = _scale_of(scale)
    today = china_day(datetime.now(UTC))
    year = today.year if (today.month, today.day) >= _OPENS else today.year - 1
    city = City.of(counts, [one.code for one in divisions.counties("31", date(year - 1, 12, 31))], seed, year - 1)
    hangzhou = Hangzhou([one.code for one in divisions.counties(CITY, date(year - 1, 12, 31))], city.as_of)
    console = Console(stderr=True)
    try:
        with embedded(bus, None, console, "shanghai") as (base, data):
            assert data is not None
            issuer = EmbeddedIssuer(data)
            tokens = {
                actor: issuer.issue(f"city-{actor}", [role], ("31", "33"), _TOKEN_SECONDS)
                for actor, role in ACTORS.items()
            }
            with httpx.Client(base_url=base, timeout=_REQUEST_SECONDS) as client, console.status("") as status:

                def report(step: str, done: int, of: int) -> None:
                    status.update(Text(f"{step} {done:,}/{of:,}" if of else step))

                def on_step(one: Timed) -> None:
                    console.print(f"{one.step}: {one.things:,}, {one.seconds:,.1f} s", highlight=False)

                steps = Steps(Actors(client, tokens), city, hangzhou, year, report, wait_seconds, on_step)
                ran = run(steps, data)
    except (DemoFailed, EmbeddedServerError, httpx.HTTPError, OSError) as error:
        console.print(Text(plain(f"shuangfu replay-city: {error}", keep="\n"), style="red"))
        raise typer.Exit(1) from error
    found = summarize(steps, ran, bus, _machine())
    if output is not None:
        output.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))
    if as_json:
        typer.echo(orjson.dumps(found).decode())
    else:
        print_run(Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH), found)
    if not all(row.holds for row in ran.rows):
        raise typer.Exit(MISSED)


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
        "on": china_day(datetime.now(UTC)).isoformat(),
    }
