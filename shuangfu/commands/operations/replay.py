"""Rebuilds a projection from the bus beside the live one, and swaps the two."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import asyncpg
import orjson
import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Column, Table

from shared.audit.operations import operator_access, record_action
from shared.bus.projections import Projection
from shared.bus.replaying.replay import ReplayReport, replay
from shared.bus.replaying.replay_events import ReplayRefused
from shared.bus.transports.history import HistoryUnreadable, open_history
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from shuangfu.commands.places import Data, DryRun, chosen_services, settings_of
from shuangfu.services import handlers_of, load
from shuangfu.showing import add_row, plain

BEGINNING = ("beginning", "0")


def replay_projection(
    service: Annotated[
        str, typer.Option("--service", help="A service that keeps projections: incubation or evaluation.")
    ],
    start: Annotated[str, typer.Option("--from", help="beginning, or a date or instant (ISO 8601; UTC by default).")],
    projection: Annotated[str | None, typer.Option("--projection", help="Only this one; default: all.")] = None,
    data: Data = None,
    dry_run: DryRun = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per projection.")] = False,
) -> None:
    """Rebuild a projection from the bus beside the live one, and swap the two; the service keeps working meanwhile.

    From a date: only events since then are applied, to a copy of the live projection. No decision is made again and no
    event is emitted. Exit code 1 where the log does not reach back far enough or cannot be read.
    """
    since = _instant(start)
    [name] = chosen_services([service])
    wanted = _wanted(name, projection)
    arguments = {"service": name, "projection": projection, "from": start}
    with settings_of(data, [name]) as settings:
        for one in wanted:
            try:
                report = asyncio.run(_replay(settings[name], one, since, arguments, dry_run=dry_run))
            except (ReplayRefused, HistoryUnreadable, KafkaError, OSError, asyncpg.PostgresError) as error:
                typer.echo(f"shuangfu replay: {one.name}: {plain(_explained(error))}", err=True)
                raise typer.Exit(1) from error
            _show(report, dry_run=dry_run, as_json=as_json)


async def _replay(
    settings: ServiceSettings,
    projection: Projection,
    since: datetime | None,
    arguments: dict[str, str | None],
    *,
    dry_run: bool,
) -> ReplayReport:
    database = Database(settings.database_url, pool_size=2, access=operator_access(settings.service))
    recorded = {**arguments, "projection": projection.name}

    async def record(tx: Transaction, report: ReplayReport) -> None:
        await record_action(tx, "replay", arguments=recorded, figures=report.figures())

    try:
        live = handlers_of(load(settings.service), settings)
        history = await open_history(settings, live.topics, since)
        try:
            return await replay(
                database,
                settings.service,
                projection,
                history,
                since=since,
                live=live,
                dry_run=dry_run,
                finish=record,
            )
        finally:
            await history.close()
    except (ReplayRefused, HistoryUnreadable, asyncpg.ForeignKeyViolationError) as error:
        if not dry_run:
            async with database.transaction() as tx:
                await record_action(
                    tx, "replay", arguments=recorded, figures={"error": _explained(error)}, outcome="failed"
                )
        raise
    finally:
        await database.close()


def _explained(error: Exception) -> str:
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return f"a row that no event explains cannot be removed, others refer to it: {error}; {error.detail}"
    return str(error) or type(error).__name__


def _instant(start: str) -> datetime | None:
    if start in BEGINNING:
        return None
    try:
        found = datetime.fromisoformat(start)
    except ValueError as error:
        typer.echo(f"--from {start}: neither `beginning` nor a date", err=True)
        raise typer.Exit(2) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _wanted(service: str, projection: str | None) -> list[Projection]:
    kept = load(service).projections
    wanted = [one for one in kept if projection in (None, one.name)]
    if not wanted:
        names = ", ".join(one.name for one in kept) or "none"
        typer.echo(f"{service} keeps no such projection; it keeps: {names}", err=True)
        raise typer.Exit(2)
    return wanted


def _show(report: ReplayReport, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps({**report.figures(), "dry_run": dry_run}).decode())
        return
    table = Table("table", "added", "removed", "changed", Column("for example", overflow="fold"))
    for name, found in report.tables.items():
        add_row(table, name, found.added, found.removed, found.changed, ", ".join(found.examples))
    Console().print(table)
    effect = "would change" if dry_run else "changed"
    typer.echo(
        f"{report.projection}: {effect} {report.changes} rows; {report.events_applied} of {report.events_read} events "
        f"applied, {report.events_waiting} left to the live consumer; writers waited {report.locked_seconds:.2f} s"
    )
