"""The audit trail: verify it, export it, anchor it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from shared.audit.anchor_lines import UntrustedAnchor
from shared.audit.anchoring import anchor_heads, heads_moved
from shared.audit.anchors import Anchors
from shared.audit.operations import operator_access, record_action
from shared.audit.report import AnchorPlaces, Report, verify_trail
from shared.audit.trail import describe, export_rows
from shared.db.session import Database
from shuangfu.commands.places import Data, DryRun, chosen_services, data_folder, one_sentence, settings_or_exit
from shuangfu.showing import plain

app = typer.Typer(help="The audit trail: verify, export, anchor.", no_args_is_help=True)
T = TypeVar("T")

Service = Annotated[list[str] | None, typer.Option(help="Only this service; may be given several times.")]


@contextmanager
def _places(data: Path | None, services: list[str]) -> Iterator[dict[str, tuple[str, Path | None]]]:
    """(database URL, folder of anchors) by service."""
    folder = data_folder(data)
    if folder is not None:
        from shuangfu.embedded.connection import embedded_database_urls
        from shuangfu.embedded.processes import EmbeddedServerError

        try:
            with embedded_database_urls(folder) as urls:
                yield {service: (urls[service], folder / "anchors") for service in services}
        except EmbeddedServerError as error:
            typer.echo(f"shuangfu audit: {error}", err=True)
            raise typer.Exit(1) from error
    else:
        settings = {service: settings_or_exit(service) for service in services}
        yield {service: (found.database_url, found.audit_anchors) for service, found in settings.items()}


def _each(
    data: Path | None,
    services: list[str] | None,
    action: Callable[[str, Database, Path | None], Awaitable[T]],
) -> dict[str, T]:
    """Run an action on the database of each service; returns the results by service."""
    chosen = chosen_services(services)

    async def run(places: dict[str, tuple[str, Path | None]]) -> dict[str, T]:
        results = {}
        for service, (url, anchors) in places.items():
            database = Database(url, pool_size=2, access=operator_access(service))
            try:
                results[service] = await action(service, database, anchors)
            finally:
                await database.close()
        return results

    with _places(data, chosen) as places, one_sentence("audit"):
        return asyncio.run(run(places))


@app.command()
def verify(
    data: Data = None,
    service: Service = None,
    anchors: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="A copy of the anchors' folder, kept elsewhere: each of its lines must be here, at the same place.",
        ),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The anchors' public key, kept elsewhere; default: the copy's, else the one beside the anchors.",
        ),
    ] = None,
) -> None:
    """Find edits, deletions, reorderings and truncations, and where they are; exit code 1 where there is one.

    The anchors are verified too: a line of them that is missing, exchanged or changed is named.
    """

    async def check(name: str, database: Database, folder: Path | None) -> bool:
        report = await verify_trail(database, name, AnchorPlaces(folder, anchors, public_key))
        _report(name, report)
        return report.holds

    if not all(_each(data, service, check).values()):
        raise typer.Exit(1)


def _report(name: str, report: Report) -> None:
    if report.holds:
        typer.echo(f"{name}: {report.rows} rows and {report.anchors} anchors hold")
    else:
        lines = [f"the anchors cannot be trusted: {fault}" for fault in report.faults]
        lines += [f"what writes the trail was changed: {fault}" for fault in report.guards]
        if report.findings:
            lines.insert(0, describe(report.findings))
        places = len(report.findings) + len(report.faults) + len(report.guards)
        typer.echo(plain("\n".join([f"{name}: BROKEN, {places} place(s)", *lines]), keep="\n"))
    for note in report.notes:
        typer.echo(f"{name}: {note}", err=True)


@app.command()
def export(
    data: Data = None,
    service: Service = None,
    division: Annotated[str | None, typer.Option(help="Only this division or prefix.")] = None,
    since: Annotated[datetime | None, typer.Option(help="From this instant (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Before this instant (UTC).")] = None,
) -> None:
    """Write the trail as NDJSON to standard output."""

    first, last = (instant and instant.replace(tzinfo=instant.tzinfo or UTC) for instant in (since, until))

    async def write(name: str, database: Database, _: Path | None) -> None:
        async for line in export_rows(database, division=division, since=first, until=last):
            sys.stdout.buffer.write(b'{"service":"' + name.encode() + b'",' + line[1:])
        sys.stdout.flush()

    _each(data, service, write)


@app.command()
def anchor(data: Data = None, service: Service = None, dry_run: DryRun = False) -> None:
    """Sign the heads of the trail as they are now and keep them outside the database; exit code 1 where that fails."""

    async def keep(name: str, database: Database, folder: Path | None) -> bool:
        if folder is None:
            typer.echo(f"{name}: SHUANGFU_AUDIT_ANCHORS names no folder", err=True)
            raise typer.Exit(2)
        try:
            if dry_run:
                moved = await heads_moved(database, folder, name)
                typer.echo(f"{name}: {'would be anchored' if moved else 'nothing new'}")
            else:
                moved = await _anchor(name, database, folder)
                typer.echo(f"{name}: {'anchored' if moved else 'nothing new'}")
        except (OSError, ValueError, UntrustedAnchor) as error:
            typer.echo(f"{name}: not anchored: {error}", err=True)
            return False
        return True

    if not all(_each(data, service, keep).values()):
        raise typer.Exit(1)


async def _anchor(name: str, database: Database, folder: Path) -> bool:
    """Anchor, and record it.

    The record is a row of the trail itself, and it names the anchor's number, which is known only afterwards. So a
    second anchor covers the record; without it, the next call would always find something new.
    """
    try:
        moved = await anchor_heads(database, folder, name)
    except (OSError, ValueError, UntrustedAnchor) as error:
        async with database.transaction() as tx:
            figures = {"error": type(error).__name__}
            await record_action(tx, "audit anchor", arguments={}, figures=figures, outcome="failed")
        raise
    if not moved:
        return False
    last = Anchors(folder, name).last()
    async with database.transaction() as tx:
        await record_action(tx, "audit anchor", arguments={}, figures={"anchor": last and last.number})
    await anchor_heads(database, folder, name)
    return True
