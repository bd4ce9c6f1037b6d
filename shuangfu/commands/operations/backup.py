"""Backs up all databases at one consistent point while the services run."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shuangfu.backups.making import Source, check_source, check_target, make_backup
from shuangfu.backups.manifest import Bus
from shuangfu.backups.places import find_places
from shuangfu.commands.backups import (
    PREFIX,
    AnchorsFolder,
    Data,
    Databases,
    DryRun,
    EvidenceFolder,
    PgBin,
    Prefix,
    ServerUrl,
    check_bus,
    checked_url,
    database_urls,
    describe,
    describe_keys,
    is_typed,
    reporting,
)
from shuangfu.commands.places import data_folder
from shuangfu.embedded.connection import embedded_server_url


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Option(help="The folder to create; it must not exist, or be empty.")],
    data: Data = None,
    server_url: ServerUrl = None,
    database: Databases = None,
    database_prefix: Prefix = PREFIX,
    bus: Annotated[
        str | None, typer.Option(envvar="SHUANGFU_BUS", help="kafka or postgres_log; not needed with --data.")
    ] = None,
    anchors: AnchorsFolder = None,
    evidence: EvidenceFolder = None,
    pg_bin: PgBin = None,
    lock_seconds: Annotated[
        float, typer.Option(min=0.01, help="Seconds for which one attempt may block writers.")
    ] = 1.0,
    dry_run: DryRun = False,
) -> None:
    """Back up every database at one point in time, while the services run."""
    target = to.expanduser().resolve()
    # The environment's is not that of a data directory.
    typed = evidence if is_typed(context, "evidence") else None
    opened = _source(data, server_url, database, database_prefix, bus, anchors, evidence, typed)
    with reporting("backup"), opened as source:
        check_target(target)
        if dry_run:
            planned = asyncio.run(check_source(source, pg_bin))
            for name, size in planned.bytes_by_database.items():
                typer.echo(f"{name}: {size / 1024**2:.1f} MiB")
            typer.echo(f"would be backed up into {target} with {planned.programs.pg_dump}; nothing was written")
            return
        manifest = asyncio.run(make_backup(source, target, pg_bin=pg_bin, lock_seconds=lock_seconds))
    describe(manifest)
    typer.echo(f"backed up into {target}; writers were blocked for {manifest.fenced_milliseconds} ms")
    typer.echo("Not in the backup, and needed with it: keys. " + describe_keys(manifest))


@contextmanager
def _source(
    data: Path | None,
    server_url: str | None,
    databases: list[str] | None,
    prefix: str,
    bus: str | None,
    anchors: Path | None,
    evidence: Path | None,
    typed: Path | None,
) -> Iterator[Source]:
    folder = data_folder(data, named=bool(server_url or databases))
    if folder is not None:
        with embedded_server_url(folder) as (url, log):
            places = find_places(url, {}, prefix=PREFIX, log=log)
            store = typed or folder / "evidence"
            yield Source(places, _bus(log=log), folder / "anchors", store, evidence_may_lack=typed is None)
        return
    check_bus(bus)
    log = bus == "postgres_log"
    server_url = server_url and checked_url(server_url)
    yield Source(
        find_places(server_url, database_urls(databases), prefix=prefix, log=log), _bus(log=log), anchors, evidence
    )


def _bus(*, log: bool) -> Bus:
    return "log" if log else "kafka"
