"""The demonstration: starts the embedded mode on fresh data, runs the whole job, shows the results."""

import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
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
from shuangfu.console.embedding import NOT_BUILT, is_built
from shuangfu.demonstration.actors import ACTORS, OWN
from shuangfu.demonstration.findings import DemoFailed, Findings
from shuangfu.demonstration.job import Job
from shuangfu.demonstration.shanghai import tables as shanghai
from shuangfu.demonstration.shanghai.findings import ShanghaiFindings
from shuangfu.demonstration.shanghai.job import ShanghaiJob
from shuangfu.demonstration.starting import embedded
from shuangfu.demonstration.tables import print_findings, summarize
from shuangfu.embedded.issuer import EmbeddedIssuer, has_issuer
from shuangfu.embedded.processes import EmbeddedServerError
from shuangfu.showing import plain

EXAMPLES = TREE / "examples"
EXAMPLE = EXAMPLES / "xihu" / "registrations.xlsx"
PIPE_WIDTH = 156
TOKEN_SECONDS = 3600
PATIENCE_SECONDS = 30.0
"""How long a request is repeated while a service is unavailable."""
DIVISIONS = {"hangzhou": ("31", "33"), "shanghai": ("31",)}
"""By region, what the actors see: all provinces whose divisions are known, or Shanghai alone."""


class Region(StrEnum):
    """Whose practice is shown."""

    HANGZHOU = "hangzhou"
    SHANGHAI = "shanghai"


INPUTS = {Region.HANGZHOU: EXAMPLE, Region.SHANGHAI: EXAMPLES / "huangpu" / "registrations.xlsx"}
POLICIES = {Region.HANGZHOU: EXAMPLES / "xihu" / "policies", Region.SHANGHAI: EXAMPLES / "huangpu" / "policies"}
"""What an example adds to the policies: indicators with methods a year early, figures that no source states."""
_STEPS = {
    "import": "导入登记  import registrations",
    "check": "组建检查  formation checks",
    "approve": "批准组建  approvals",
    "establish": "党组织登记  Party organizations",
    "lead": "选举与批复班子  leaderships",
    "issue": "印发批复  a founding's document",
    "incubate": "入壳、走访、出壳  the incubator's year",
    "foresee": "党员数就绪  members known",
    "dues": "党费记录与核定  dues recorded and certified",
    "claim": "申请返还党费  refunds claimed",
    "run": "按方案核定  schemes run",
    "meet": "三级例会  regular meetings of three levels",
    "area": "划定片区  areas proposed and drawn",
    "enrol": "纳入年度评定  enrolment",
    "rate": "录入事实、定星  facts and stars",
    "grant": "测算补助  grants raised",
    "pay": "复核、批准、拨付  review, approval, payment",
    "settle": "事件清零  events settled",
}


def demo(
    region: Annotated[
        Region, typer.Option(help="hangzhou (stars and grants), or shanghai (dues refunded, subsidies by members).")
    ] = Region.HANGZHOU,
    input_file: Annotated[
        Path | None,
        typer.Option(
            "--input", help="A file of registrations (xlsx, csv, ndjson); default: the region's.", exists=True
        ),
    ] = None,
    bus: Annotated[str, typer.Option(help="log (embedded) or kafka (a real broker).")] = "log",
    url: Annotated[str | None, typer.Option(help="Run against this gateway instead of starting one.")] = None,
    data: Annotated[Path | None, typer.Option(help="With --url: its data directory, to issue tokens from.")] = None,
    tokens: Annotated[
        Path | None, typer.Option(help=f"With --url: a JSON file with a token for each of {', '.join(ACTORS)}.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year to rate, or of the dues; default: last year.")] = None,
    document: Annotated[
        Path | None, typer.Option(help="Issue the approval of one founding, and write it to this PDF file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    stay: Annotated[
        bool, typer.Option("--stay", help="Keep the server and its data afterwards, until Ctrl-C; open the console.")
    ] = False,
) -> None:
    """Show the whole job, from registrations to paid grants."""
    rated_year = year or china_day(datetime.now(UTC)).year - 1
    console = Console(stderr=True)
    try:
        with (
            nullcontext((url, data)) if url else embedded(bus, POLICIES[region], console, region) as (
                base,
                data_dir,
            )
        ):
            given = orjson.loads(tokens.read_bytes()) if tokens else _issue_tokens(data_dir, DIVISIONS[region])
            started = time.monotonic()
            findings = _run(base, given, rated_year, region, input_file or INPUTS[region], document, console)
            _print(findings, time.monotonic() - started, as_json=as_json)
            if stay:
                _stay(base, console)
    except (DemoFailed, EmbeddedServerError, httpx.HTTPError, OSError) as error:
        console.print(Text(plain(f"shuangfu demo: {error}", keep="\n"), style="red"))
        raise typer.Exit(1) from error


def _stay(base: str, console: Console) -> None:
    """Wait until Ctrl-C or SIGTERM: the server runs on meanwhile."""
    where = f"{base}/console/" if is_built() else f"{base} ({NOT_BUILT})"
    console.print(Text(f"操作台  The console: {where}\n按 Ctrl-C 结束，数据随之删除。  Ctrl-C ends it, with its data."))
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


def _print(findings: Findings | ShanghaiFindings, seconds: float, *, as_json: bool) -> None:
    if isinstance(findings, ShanghaiFindings):
        summarized, show = shanghai.summarize(findings, seconds), partial(shanghai.print_findings, findings=findings)
    else:
        summarized, show = summarize(findings, seconds), partial(print_findings, findings=findings)
    if as_json:
        typer.echo(orjson.dumps(summarized).decode())
        sys.stdout.flush()
    else:
        # Tables are wider than the 80 columns that rich assumes for a pipe.
        shown = Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)
        show(shown, seconds=seconds)


def _issue_tokens(data: Path | None, divisions: Sequence[str]) -> dict[str, str]:
    """A token for each actor, of the embedded mode's own issuer."""
    if data is None:
        raise DemoFailed("--url needs --data (the embedded mode's) or --tokens")
    folder = data.expanduser().resolve()
    if not has_issuer(folder):
        raise DemoFailed(f"no `shuangfu serve` has run on {folder}: name its data directory by --data")
    issuer = EmbeddedIssuer(folder)
    return {
        actor: issuer.issue(f"demo-{actor}", [role], OWN.get(actor, divisions), TOKEN_SECONDS)
        for actor, role in ACTORS.items()
    }


def _run(
    base: str,
    tokens: dict[str, str],
    year: int,
    region: Region,
    file: Path,
    document: Path | None,
    console: Console,
) -> Findings | ShanghaiFindings:
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

        job = ShanghaiJob if region is Region.SHANGHAI else Job
        return job(client, tokens, year, report, document=document).run(file)
