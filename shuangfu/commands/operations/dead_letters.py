"""Dead letters, the events that could not take effect: list, show, retry, discard."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated, TypeVar
from uuid import UUID

import asyncpg
import orjson
import typer
from rich.console import Console
from rich.table import Column, Table

from shared.audit.operations import operator_access, record_action
from shared.bus.receiving import dead_letters
from shared.bus.receiving.settling import Selection, Settled, discard_many, retry_many
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from shuangfu.commands.places import Data, DryRun, chosen_services, data_folder, settings_for_database, settings_of
from shuangfu.services import SERVICES, handlers_of, load
from shuangfu.showing import add_row, plain

app = typer.Typer(help="Events that could not take effect: list, show, retry, discard.", no_args_is_help=True)
console = Console()
T = TypeVar("T")
_COLUMNS = ("id", "recorded at", "reason", "state", "attempts", "type", "handler")
_WIDTH = 220
_NAMED = 20
"""The record of an action names at most this many letters."""

ServiceName = Annotated[str, typer.Option("--service", help=f"One of {', '.join(SERVICES)}.")]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database-url", help="The service's database; default: from the environment.")
]
Letters = Annotated[list[UUID] | None, typer.Argument(help="Their ids; or select them by the options.")]
All = Annotated[bool, typer.Option("--all", help="Every open one.")]
Reason = Annotated[str | None, typer.Option(help="Every open one with this reason.")]
Type = Annotated[str | None, typer.Option("--type", help="Every open one of this event type.")]


class _Undo(Exception):  # noqa: N818
    """Ends a dry run: its transaction is rolled back."""


@contextmanager
def _settings(service: str, url: str | None, data: Data) -> Iterator[ServiceSettings]:
    [name] = chosen_services([service])
    if data_folder(data, named=url is not None) is None:
        yield settings_for_database(name, url)
    else:
        with settings_of(data, [name]) as settings:
            yield settings[name]


def _run(settings: ServiceSettings, action: Callable[[Transaction], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(settings.database_url, pool_size=1, access=operator_access(settings.service))
        try:
            async with database.transaction() as tx:
                return await action(tx)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (dead_letters.DeadLetterNotOpen, OSError, asyncpg.PostgresError) as error:
        typer.echo(plain(str(error) or type(error).__name__), err=True)
        raise typer.Exit(1) from error


@app.command("list")
def list_letters(
    service: ServiceName,
    database_url: DatabaseUrl = None,
    data: Data = None,
    everything: Annotated[bool, typer.Option("--everything", help="Settled ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Show at most this many, the newest.")] = 100,
) -> None:
    """List the open ones, newest first."""
    state = None if everything else "open"
    with _settings(service, database_url, data) as settings:
        rows = _run(settings, lambda tx: dead_letters.list_letters(tx, state=state, limit=limit))
    # Never cut off, however narrow the terminal: ids are copied from here, and reasons given to `--reason`.
    table = Table(*(Column(name, no_wrap=True) for name in _COLUMNS), box=None)
    for row in rows:
        at = f"{row.recorded_at:%Y-%m-%d %H:%M:%SZ}"
        cells = (row.id, at, row.reason, row.state, row.attempts, row.type or "?", row.handler or "-")
        add_row(table, *cells)
    Console(width=max(console.width, _WIDTH)).print(table)
    if rows and rows[0].total > len(rows):
        typer.echo(f"{rows[0].total} in all, {len(rows)} of them shown: --limit shows more", err=True)


@app.command()
def show(
    letter_id: Annotated[UUID, typer.Argument(help="Its id.")],
    service: ServiceName,
    database_url: DatabaseUrl = None,
    data: Data = None,
) -> None:
    """Show one in full: headers, payload, reason, detail."""
    with _settings(service, database_url, data) as settings:
        row = _run(settings, lambda tx: dead_letters.get_letter(tx, letter_id))
    found = {**dict(row), "value": bytes(row.value).decode("utf-8", "backslashreplace")}
    typer.echo(plain(orjson.dumps(found, default=str, option=orjson.OPT_INDENT_2).decode(), keep="\n"))


@app.command()
def retry(
    service: ServiceName,
    letters: Letters = None,
    everything: All = False,
    reason: Reason = None,
    event_type: Type = None,
    database_url: DatabaseUrl = None,
    data: Data = None,
    dry_run: DryRun = False,
) -> None:
    """Run their handlers again, as one set; each takes effect at most once. Exit code 1 where some fail again.

    A dry run runs the handlers too, and rolls back what they did.
    """
    selection = _selection(letters, reason, event_type, everything=everything)
    with _settings(service, database_url, data) as settings:
        handlers = handlers_of(load(service), settings)
        settled = _settle(
            settings,
            "dead-letters retry",
            selection,
            lambda tx: retry_many(tx, selection, handlers),
            dry_run=dry_run,
        )
    for letter_id, why in settled.failed.items():
        typer.echo(f"{letter_id} stays open: {plain(why)}", err=True)
    effect = "would be retried" if dry_run else "retried"
    typer.echo(f"{len(settled.done)} {effect}, {len(settled.failed)} stay open")
    if settled.failed:
        raise typer.Exit(1)


@app.command()
def discard(
    service: ServiceName,
    letters: Letters = None,
    everything: All = False,
    reason: Reason = None,
    event_type: Type = None,
    database_url: DatabaseUrl = None,
    data: Data = None,
    dry_run: DryRun = False,
) -> None:
    """Discard them: they will not take effect."""
    selection = _selection(letters, reason, event_type, everything=everything)
    with _settings(service, database_url, data) as settings:
        settled = _settle(
            settings,
            "dead-letters discard",
            selection,
            lambda tx: discard_many(tx, selection),
            dry_run=dry_run,
        )
    typer.echo(f"{len(settled.done)} {'would be discarded' if dry_run else 'discarded'}")


def _selection(
    letters: list[UUID] | None, reason: str | None, event_type: str | None, *, everything: bool
) -> Selection:
    by_option = everything or reason is not None or event_type is not None
    if bool(letters) == by_option:
        typer.echo("name letters by their ids, or select them by --all, --reason, --type", err=True)
        raise typer.Exit(2)
    return Selection(letters or None, reason, event_type)


def _settle(
    settings: ServiceSettings,
    command: str,
    selection: Selection,
    action: Callable[[Transaction], Awaitable[Settled]],
    *,
    dry_run: bool,
) -> Settled:
    """Run it and record it in one transaction, which a dry run rolls back."""
    found = Settled()

    async def act(tx: Transaction) -> None:
        nonlocal found
        found = await action(tx)
        if dry_run:
            raise _Undo
        if found.done or found.failed:
            arguments = {"letters": selection.ids, "reason": selection.reason, "type": selection.type}
            figures = {"settled": len(found.done), "failed": len(found.failed), "letters": found.done[:_NAMED]}
            await record_action(tx, command, arguments=arguments, figures=figures)

    with suppress(_Undo):
        _run(settings, act)
    return found
