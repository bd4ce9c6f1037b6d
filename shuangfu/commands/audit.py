"""The audit trail: verify it, export it, anchor it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import jwt
import typer

from shared.db.audit import (
    Anchors,
    anchor_heads,
    count_rows,
    describe,
    export_rows,
    verify_anchors,
    verify_chain,
)
from shared.db.audit_causes import verify_causes
from shared.db.operations import operator_access
from shared.db.session import Database
from shuangfu.commands.places import chosen_services, settings_or_exit

app = typer.Typer(help="The audit trail: verify, export, anchor.", no_args_is_help=True)
T = TypeVar("T")

Data = Annotated[
    Path | None, typer.Option(help="A data directory of `shuangfu serve`; default: services from the environment.")
]
Service = Annotated[list[str] | None, typer.Option(help="Only this service; may be given several times.")]


@contextmanager
def _places(data: Path | None, services: list[str]) -> Iterator[dict[str, tuple[str, Path | None]]]:
    """(database URL, folder of anchors) of each service."""
    if data is not None:
        from shuangfu.embedded.connection import embedded_database_urls

        folder = data.expanduser().resolve()
        with embedded_database_urls(folder) as urls:
            yield {service: (urls[service], folder / "anchors") for service in services}
    else:
        settings = {service: settings_or_exit(service) for service in services}
        yield {service: (found.database_url, found.audit_anchors) for service, found in settings.items()}


def _each(
    data: Path | None,
    services: list[str] | None,
    action: Callable[[str, Database, Path | None], Awaitable[T]],
) -> dict[str, T]:
    """Run an action on the database of each service."""
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

    with _places(data, chosen) as places:
        return asyncio.run(run(places))


@app.command()
def verify(data: Data = None, service: Service = None) -> None:
    """Find an edit, a deletion, a reordering, a truncation, and say where; exit code 1 where there is one."""

    async def check(name: str, database: Database, anchors: Path | None) -> bool:
        lines = Anchors(anchors, name).read() if anchors is not None else []
        async with database.transaction() as tx:
            rows = await count_rows(tx)
            findings = [*await verify_chain(tx), *await verify_causes(tx), *await verify_anchors(tx, lines)]
        if findings:
            typer.echo(f"{name}: BROKEN, {len(findings)} place(s)\n{describe(findings)}")
        else:
            typer.echo(f"{name}: {rows} rows and {len(lines)} anchors hold")
        return not findings

    try:
        results = _each(data, service, check)
    except (jwt.PyJWTError, FileNotFoundError) as error:
        typer.echo(f"the anchors cannot be trusted: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(1) from error
    if not all(results.values()):
        raise typer.Exit(1)


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
def anchor(data: Data = None, service: Service = None) -> None:
    """Sign the heads as they are now and keep them outside the database."""

    async def keep(name: str, database: Database, anchors: Path | None) -> None:
        if anchors is None:
            typer.echo(f"{name}: SHUANGFU_AUDIT_ANCHORS names no folder", err=True)
            raise typer.Exit(2)
        moved = await anchor_heads(database, anchors, name)
        typer.echo(f"{name}: {'anchored' if moved else 'nothing new'}")

    _each(data, service, keep)
