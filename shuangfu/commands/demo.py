"""The demonstration: starts the embedded mode on fresh data, runs the whole job, shows the results."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from shared.field.calendar import china_day
from shared.settings import TREE
from shuangfu.clients.patience import PatientTransport
from shuangfu.demonstration.actors import ACTORS
from shuangfu.demonstration.findings import DemoFailed, Findings
from shuangfu.demonstration.job import Job
from shuangfu.demonstration.tables import print_findings, summarize
from shuangfu.embedded.issuer import EmbeddedIssuer, has_issuer
from shuangfu.embedded.processes import free_port
from shuangfu.showing import plain

EXAMPLE = TREE / "examples" / "xihu" / "registrations.xlsx"
START_SECONDS = 240.0
PIPE_WIDTH = 156
TOKEN_SECONDS = 3600
PATIENCE_SECONDS = 30.0
"""How long a request is repeated while a service is unavailable."""
DIVISIONS = ("31", "33")
"""The provinces whose divisions are known: wherever the file's organizations are."""
_STEPS = {
    "import": "导入登记  import registrations",
    "check": "组建检查  formation checks",
    "approve": "批准组建  approvals",
    "establish": "党组织登记  Party organizations",
    "lead": "选举与批复班子  leaderships",
    "issue": "印发批复  a founding's document",
    "incubate": "入壳、走访、出壳  the incubator's year",
    "enrol": "纳入年度评定  enrolment",
    "rate": "打分定星  scores and stars",
    "grant": "测算补助  grants raised",
    "pay": "复核、批准、拨付  review, approval, payment",
    "settle": "事件清零  events settled",
}


def demo(
    input_file: Annotated[
        Path, typer.Option("--input", help="A file of registrations (xlsx, csv, ndjson).", exists=True)
    ] = EXAMPLE,
    bus: Annotated[str, typer.Option(help="log (embedded) or kafka (a real broker).")] = "log",
    url: Annotated[str | None, typer.Option(help="Run against this gateway instead of starting one.")] = None,
    data: Annotated[Path | None, typer.Option(help="With --url: its data directory, to issue tokens from.")] = None,
    tokens: Annotated[
        Path | None, typer.Option(help=f"With --url: a JSON file with a token for each of {', '.join(ACTORS)}.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year to rate; default: last year.")] = None,
    document: Annotated[
        Path | None, typer.Option(help="Issue the approval of one founding, and write it to this PDF file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
) -> None:
    """Show the whole job, from 27 registrations to paid grants."""
    rated_year = year or china_day(datetime.now(UTC)).year - 1
    console = Console(stderr=True)
    try:
        with nullcontext((url, data)) if url else _embedded(bus, console) as (base, data_dir):
            given = orjson.loads(tokens.read_bytes()) if tokens else _issue_tokens(data_dir)
            started = time.monotonic()
            findings = _run(base, given, rated_year, input_file, document, console)
            seconds = time.monotonic() - started
    except (DemoFailed, httpx.HTTPError, OSError) as error:
        console.print(Text(plain(f"shuangfu demo: {error}", keep="\n"), style="red"))
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(orjson.dumps(summarize(findings, seconds)).decode())
    else:
        # Tables are wider than the 80 columns that rich assumes for a pipe.
        shown = Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)
        print_findings(shown, findings, seconds)


def _issue_tokens(data: Path | None) -> dict[str, str]:
    """A token for each actor, of the embedded mode's own issuer."""
    if data is None:
        raise DemoFailed("--url needs --data (the embedded mode's) or --tokens")
    folder = data.expanduser().resolve()
    if not has_issuer(folder):
        raise DemoFailed(f"no `shuangfu serve` has run on {folder}: name its data directory by --data")
    issuer = EmbeddedIssuer(folder)
    return {actor: issuer.issue(f"demo-{actor}", [role], DIVISIONS, TOKEN_SECONDS) for actor, role in ACTORS.items()}


def _run(base: str, tokens: dict[str, str], year: int, file: Path, document: Path | None, console: Console) -> Findings:
    columns: tuple[Any, ...] = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    transport = PatientTransport(PATIENCE_SECONDS)
    with (
        Progress(*columns, console=console) as progress,
        httpx.Client(base_url=base, timeout=60, transport=transport) as client,
    ):
        tasks: dict[str, Any] = {}

        def report(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(_STEPS[step], total=of or None)
            progress.update(tasks[step], completed=done, total=of or None)

        return Job(client, tokens, year, report, document=document).run(file)


@contextmanager
def _embedded(bus: str, console: Console) -> Iterator[tuple[str, Path | None]]:
    """`shuangfu serve` in a separate process on fresh data; it ends with the demonstration."""
    with tempfile.TemporaryDirectory(prefix="shuangfu-demo-") as folder, _kafka(bus, Path(folder)) as bootstrap:
        port = free_port()
        log = Path(folder) / "serve.log"
        command = [sys.executable, "-m", "shuangfu", "serve", "--port", str(port), "--data", f"{folder}/data"]
        if bootstrap:
            command += ["--kafka", bootstrap]
        # A broker named by the environment may hold other runs' events, so this run has its own topics and groups.
        environment = {**os.environ, "SHUANGFU_KAFKA_PREFIX": f"demo-{os.getpid()}-{int(time.time())}."}
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - our own program
                command, stdout=output, stderr=output, env=environment
            )
        try:
            base = f"http://127.0.0.1:{port}"
            with console.status("启动  starting PostgreSQL and four services"):
                _await_ready(base, server, log)
            yield base, Path(folder) / "data"
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextmanager
def _kafka(bus: str, folder: Path) -> Iterator[str | None]:
    """The broker's address: named by the environment, or started from its jars."""
    named = os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP")
    if bus != "kafka":
        yield None
    elif named:
        yield named
    else:
        from shuangfu.embedded.kafka import LocalKafka
        from shuangfu.embedded.kafka_jars import availability

        missing = availability()
        if missing is not None:
            raise DemoFailed(f"Kafka cannot run here: {missing}")
        with LocalKafka.start(folder / "kafka") as broker:
            yield broker.bootstrap


def _await_ready(base: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    # One client: each loads all certificates that there are, which takes longer than the pause.
    with httpx.Client(timeout=2) as client:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                break
            try:
                if client.get(f"{base}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.05)
    raise DemoFailed("the services did not start:\n" + log.read_text(errors="replace")[-2000:])
