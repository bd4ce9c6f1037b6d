"""Policies: loads a folder of them, compares versions."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import orjson
import typer
from rich.console import Console
from rich.table import Table

from shared.audit.operations import operator_access, record_action
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.field.followed import active_folder
from shared.field.money import yuan_text
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shuangfu.commands.operations.systems import compare_versions
from shuangfu.commands.places import Data, DryRun, settings_of
from shuangfu.policy_folders.comparing import Change, compare_folders
from shuangfu.policy_folders.installing import activate, prepare
from shuangfu.policy_folders.reading import read_folder
from shuangfu.policy_folders.versions import Fault
from shuangfu.services import SERVICES
from shuangfu.showing import add_row, plain

app = typer.Typer(help="Policies: load a folder of them, compare versions.", no_args_is_help=True)
app.command("compare-systems")(compare_versions)


@app.command()
def load(
    folder: Annotated[Path, typer.Argument(help="All policies as they are to be.", exists=True, file_okay=False)],
    data: Data = None,
    dry_run: DryRun = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
) -> None:
    """Validate a folder of policies as a whole, show what it changes, and make it the active one.

    What has taken effect may be ended (effective_to) or added to, but neither changed nor removed: decisions refer to
    it. Running services use the new policies within a second; the version before is kept as `previous`.
    """
    today = china_day(utc_now())
    with settings_of(data, SERVICES) as settings:
        target = _target(settings)
        wanted = read_folder(folder, today)
        if wanted.faults:
            _show_faults(wanted.faults, as_json=as_json)
            raise typer.Exit(1)
        changes = compare_folders(read_folder(active_folder(target), today), wanted, today)
        refused = any(change.refused for change in changes)
        changed = sum(change.effect != "same" for change in changes)
        _show(changes, dry_run=dry_run, as_json=as_json)
        if refused:
            typer.echo("refused: what has taken effect stays; nothing was changed", err=True)
            raise typer.Exit(1)
        if dry_run or not changed:
            typer.echo("nothing was changed (dry run)" if dry_run else "nothing to change", err=True)
            return
        try:
            version = asyncio.run(_install(settings, target, folder, changes))
        except (OSError, asyncpg.PostgresError) as error:
            typer.echo(f"shuangfu policies load: {type(error).__name__}: {error}", err=True)
            raise typer.Exit(1) from error
        typer.echo(f"{version.name} is active; the version before is {target / 'previous'}", err=True)


def _target(settings: dict[str, ServiceSettings]) -> Path:
    """The folder that all services read; without SHUANGFU_POLICIES they read the program's own."""
    folders = sorted({found.policies.absolute() for found in settings.values()})
    if len(folders) > 1:
        typer.echo(f"services read different folders: {', '.join(map(str, folders))}", err=True)
        raise typer.Exit(2)
    if folders[0] == REPOSITORY_POLICIES.absolute():
        typer.echo("name the services' folder in SHUANGFU_POLICIES: the program's own is not changed", err=True)
        raise typer.Exit(2)
    return folders[0]


async def _install(settings: dict[str, ServiceSettings], target: Path, source: Path, changes: Sequence[Change]) -> Path:
    """Record it in every service's database and make it active; where a database is unavailable, nothing changes."""
    version = await asyncio.to_thread(prepare, target, source)
    figures = {
        "version": version.name,
        "changes": [
            [change.effect, change.version.kind, change.version.id] for change in changes if change.effect != "same"
        ],
    }
    async with AsyncExitStack() as stack:
        for name, found in settings.items():
            database = Database(found.database_url, pool_size=1, access=operator_access(name))
            stack.push_async_callback(database.close)
            tx = await stack.enter_async_context(database.transaction())
            await record_action(tx, "policies load", arguments={"folder": source.name}, figures=figures)
        activate(target, version)
    return version


def _show_faults(faults: Sequence[Fault], *, as_json: bool) -> None:
    if as_json:
        found = [
            {"file": fault.file, "line": fault.line, "where": fault.where, "problem": fault.problem} for fault in faults
        ]
        typer.echo(orjson.dumps({"faults": found}).decode())
        return
    table = Table("file", "line", "where", "problem", title="Faults; nothing was changed")
    for fault in faults:
        add_row(table, fault.file, str(fault.line or ""), fault.where, fault.problem)
    _console().print(table)


def _show(changes: Sequence[Change], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        found = [
            {
                "effect": change.effect,
                "file": change.version.file,
                "kind": change.version.kind,
                "id": change.version.id,
                "effective_from": change.version.effective_from,
                "effective_to": change.version.effective_to,
                "note": change.note,
                "refused": change.refused,
                "figures": [{"where": where, "was": was, "becomes": new} for where, was, new in change.figures],
            }
            for change in changes
        ]
        typer.echo(orjson.dumps({"dry_run": dry_run, "changes": found}).decode())
        return
    table = Table("file", "id", "from", "to", "effect", "note")
    for change in changes:
        if change.effect != "same":
            version = change.version
            note = f"REFUSED: {change.refused}" if change.refused else change.note
            row = (
                version.file,
                version.id,
                _day(version.effective_from),
                _day(version.effective_to),
                change.effect,
                note,
            )
            add_row(table, *row)
    _console().print(table)
    for change in changes:
        for where, was, new in change.figures:
            typer.echo(plain(f"{change.version.file}: {where}: {_figure(where, was)} → {_figure(where, new)}"))
    typer.echo(f"{sum(change.effect == 'same' for change in changes)} more are unchanged")


def _figure(where: str, value: Any) -> str:
    """A value as it is written, amounts in yuan as well; `-` where there is none."""
    if value is None:
        return "-"
    amount = isinstance(value, int) and not isinstance(value, bool) and "_fen" in where
    return f"{value} ({yuan_text(value)})" if amount else str(value)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _console() -> Console:
    # A pipe has no width, and a file name that is cut off is of no use.
    return Console() if os.isatty(1) else Console(width=160)
