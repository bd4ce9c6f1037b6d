"""Events that were put aside: list, show, retry, discard."""

import asyncio
from collections.abc import Awaitable, Callable
from getpass import getuser
from typing import Annotated, TypeVar
from uuid import UUID

import orjson
import typer
from rich.console import Console
from rich.table import Table

from shared.bus import dead_letters
from shared.db.access import system_access
from shared.db.session import Database, Transaction
from shared.settings import load_settings
from shuangfu.services import SERVICES, load

app = typer.Typer(help="Events that could not take effect: list, show, retry, discard.", no_args_is_help=True)
console = Console()
T = TypeVar("T")

ServiceName = Annotated[str, typer.Option("--service", help=f"One of {', '.join(SERVICES)}.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database-url", help="The service's database; default: from the environment.")
]


def _database_url(service: str, given: str | None) -> str:
    return given or load_settings(service).database_url


def _run(service: str, url: str | None, action: Callable[[Transaction], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(_database_url(service, url), access=system_access(service, f"cli:{getuser()}"))
        try:
            async with database.transaction() as tx:
                return await action(tx)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except dead_letters.DeadLetterNotOpen as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command("list")
def list_letters(service: ServiceName, database_url: DatabaseUrl = None, everything: bool = False) -> None:
    """The open ones, newest first (`--everything`: settled ones too)."""
    state = None if everything else "open"
    rows = _run(service, database_url, lambda tx: dead_letters.list_letters(tx, state=state))
    table = Table("id", "recorded at", "type", "reason", "handler", "attempts", "state")
    for row in rows:
        cells = (row.id, row.recorded_at, row.type or "?", row.reason, row.handler or "-", row.attempts, row.state)
        table.add_row(*map(str, cells))
    console.print(table)


@app.command()
def show(letter_id: UUID, service: ServiceName, database_url: DatabaseUrl = None) -> None:
    """One with everything: headers, payload, reason, detail."""
    row = _run(service, database_url, lambda tx: dead_letters.get_letter(tx, letter_id))
    found = {**dict(row), "value": bytes(row.value).decode("utf-8", "backslashreplace")}
    typer.echo(orjson.dumps(found, default=str, option=orjson.OPT_INDENT_2).decode())


@app.command()
def retry(letter_id: UUID, service: ServiceName, database_url: DatabaseUrl = None) -> None:
    """Run its handler again; it takes effect at most once."""
    if database_url is None:
        settings = load_settings(service)
    else:
        settings = load_settings(service, database_url=database_url, bus="kafka", kafka_bootstrap="unused:0")
    worker_handlers = load(service).create_worker(settings, Database(settings.database_url)).handlers
    _run(service, settings.database_url, lambda tx: dead_letters.retry(tx, letter_id, worker_handlers))
    typer.echo(f"{letter_id} retried")


@app.command()
def discard(letter_id: UUID, service: ServiceName, database_url: DatabaseUrl = None) -> None:
    """Give it up."""
    _run(service, database_url, lambda tx: dead_letters.discard(tx, letter_id))
    typer.echo(f"{letter_id} discarded")
