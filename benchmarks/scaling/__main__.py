"""`python -m benchmarks.scaling` (`make scaling`): one container of each kind against several, in one run."""

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

from benchmarks.options import say
from benchmarks.scaling.deployment import PARTITIONS, SHARES, Deployment, docker_is_here
from benchmarks.scaling.measuring import LAYOUTS, Figures, Found, Sizes, measure
from benchmarks.servers import PROVINCE, TOKEN_SECONDS
from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import EmbeddedIssuer

QUICK = Sizes(rounds=1, seconds=8.0, batch=3_000)
MOST_SHOWN = 4
SHOWN_FROM = 0.3
"""Of the periods: who is held back in fewer is far from being a bottleneck."""


def run(folder: Path, image: str, sizes: Sizes) -> Found:
    """Bring a deployment up, measure, take it down. Raises DockerFailed, RuntimeError, TimeoutError."""
    deployment = Deployment(folder, image)
    token = EmbeddedIssuer(folder / "secrets" / "trial").issue(
        "benchmarks", [str(Role.REGISTRAR)], [PROVINCE], TOKEN_SECONDS
    )
    say("bringing the containers up")
    try:
        return uvloop.run(measure(deployment, token, sizes))
    finally:
        deployment.down()


def shown(found: Found) -> Table:
    """A row for each job and layout: its rate, how many times the first layout's, and who was held back most."""
    table = Table(title="One container of each kind, and several", box=None)
    for column in ("job", "containers", "per second", "lowest to highest", "times one", "held back (of its share)"):
        table.add_column(column, no_wrap=column == "per second")
    for job, layouts in found.items():
        one = next(iter(layouts.values())).middle
        for number, (layout, figures) in enumerate(layouts.items()):
            table.add_row(
                "" if number else job,
                layout,
                f"{figures.middle:,.0f}",
                f"{min(figures.per_second):,.0f} – {max(figures.per_second):,.0f}",
                f"{figures.middle / one:.2f}" if number else "",
                ", ".join(_most_held_back(figures)),
            )
    return table


def _most_held_back(figures: Figures) -> list[str]:
    most = sorted(figures.used.items(), key=lambda item: -item[1].held_back)[:MOST_SHOWN]
    return [f"{name} {used.held_back:.0%} ({used.share:.0%})" for name, used in most if used.held_back >= SHOWN_FROM]


def as_json(found: Found, environment: dict[str, object]) -> dict[str, object]:
    """The figures, for a file."""
    return {
        "environment": environment,
        "shares": SHARES,
        "jobs": {
            job: {layout: asdict(figures) for layout, figures in layouts.items()} for job, layouts in found.items()
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then print. 2 where no Docker engine runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scaling", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: rough")
    parser.add_argument("--image", default="shuangfu:local", help="the product's image (make compose-build)")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, the table on stderr")
    given = parser.parse_args(arguments)
    if not docker_is_here():
        print("benchmarks.scaling: no Docker engine runs here", file=sys.stderr)
        return 2
    environment: dict[str, object] = {"cores": os.cpu_count(), "on": datetime.now(UTC).date().isoformat()}
    environment["load_average_before"] = round(os.getloadavg()[0], 1)
    with tempfile.TemporaryDirectory(prefix="shuangfu-scaling-") as folder:
        found = run(Path(folder), given.image, QUICK if given.quick else Sizes())
    console = Console(stderr=given.json, width=None if sys.stdout.isatty() else 160)
    console.print(shown(found))
    shares = ", ".join(f"{kind} {share:g}" for kind, share in SHARES.items())
    console.print(f"· Each container has a share of a processor, by kind: {shares}. So one machine plays several.")
    console.print(
        "· Held back: part of the periods of 100 ms in which a container had used its share before their end."
    )
    console.print(
        f"· A PostgreSQL server for each service, Kafka with {PARTITIONS} partitions; layouts: {', '.join(LAYOUTS)}."
    )
    if given.json:
        print(orjson.dumps(as_json(found, environment)).decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
