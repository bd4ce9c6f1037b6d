"""Restores all databases of a backup."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shuangfu.backups.anchors import restore_anchors
from shuangfu.backups.checking import Target, check_restore
from shuangfu.backups.evidence import restore_evidence
from shuangfu.backups.manifest import read_manifest
from shuangfu.backups.places import BackupError, find_places
from shuangfu.backups.restoring import restore as restore_backup
from shuangfu.backups.topics import Broker
from shuangfu.commands.backups import (
    BUSES,
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
from shuangfu.embedded.connection import embedded_server_url, runtime_password
from shuangfu.embedded.postgres import EmbeddedPostgres


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Option("--from", help="A folder written by `shuangfu backup`.")],
    data: Data = None,
    server_url: ServerUrl = None,
    database: Databases = None,
    database_prefix: Prefix = PREFIX,
    kafka: Annotated[
        str | None,
        typer.Option(
            envvar="SHUANGFU_KAFKA_BOOTSTRAP", help="HOST:PORT, where Kafka is the bus: its topics are emptied."
        ),
    ] = None,
    kafka_prefix: Annotated[
        str, typer.Option(envvar="SHUANGFU_KAFKA_PREFIX", help="The beginning of the names of topics and groups.")
    ] = "",
    bus: Annotated[str | None, typer.Option(help="kafka or postgres_log; default: as in the backup.")] = None,
    runtime_password_file: Annotated[
        Path | None, typer.Option(help="Password of the role that services log in as, for a server without that role.")
    ] = None,
    anchors: AnchorsFolder = None,
    evidence: EvidenceFolder = None,
    pg_bin: PgBin = None,
    replace: Annotated[
        bool, typer.Option(help="Keep existing databases under another name instead of refusing.")
    ] = False,
    force: Annotated[bool, typer.Option(help="End other sessions in these databases instead of refusing.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Restore a backup: all databases, or none.

    With another --database-prefix it is a drill beside the live databases: the live anchors and topics stay as they
    are, unless --anchors or --kafka names them here.
    """
    folder = source.expanduser().resolve()
    place = data_folder(data, named=bool(server_url or database))
    beside = database_prefix != PREFIX or (place is not None and bool(database))
    with reporting("restore"):
        server_url = server_url and checked_url(server_url)
        manifest = read_manifest(folder)
        broker = _broker(bus or BUSES[manifest.bus], kafka, kafka_prefix)
        if beside and broker is not None and not is_typed(context, "kafka"):
            raise BackupError(
                "a restore beside the live databases would empty the live topics: give it a bus of its own "
                "(--bus postgres_log), or name the broker by --kafka"
            )
        server = _target_server(place, server_url, runtime_password_file, dry_run=dry_run, beside=beside)
        with server as (url, password):
            places = find_places(url, database_urls(database), prefix=database_prefix, log=broker is None)
            target = Target(places, broker, password, replace=replace, force=force)
            if dry_run:
                checked = asyncio.run(check_restore(folder, target, pg_bin=pg_bin))
                describe(manifest)
                typer.echo(f"would be restored as {', '.join(place.database for place in places)}")
                typer.echo(f"would be kept under another name: {', '.join(checked.occupied) or 'none'}")
                typer.echo(f"Kafka's topics would lose {checked.messages} messages; nothing was changed")
                return
            restored = asyncio.run(restore_backup(folder, target, pg_bin=pg_bin))
        report = [
            *restore_anchors(folder, manifest, _folder(context, "anchors", place, anchors, beside=beside)),
            *restore_evidence(folder, manifest.evidence, _folder(context, "evidence", place, evidence, beside=beside)),
        ]
    describe(manifest)
    for was, now in restored.renamed.items():
        typer.echo(f"the former {was} is called {now} now and accepts no connections: drop it when it is not needed")
    typer.echo(
        f"restored {restored.rows} rows as of {manifest.at.isoformat()}; {restored.messages_gone} messages of Kafka's "
        f"are gone, {restored.republished} events are published again when the workers start"
    )
    for line in report:
        typer.echo(line)
    typer.echo("Needed before the services start: keys. " + describe_keys(manifest))


@contextmanager
def _target_server(
    folder: Path | None, server_url: str | None, password_file: Path | None, *, dry_run: bool, beside: bool
) -> Iterator[tuple[str | None, str | None]]:
    """(URL as administrator, password of the runtime role) of a data directory's server, or of the named one."""
    if folder is None:
        yield server_url, password_file.read_text().strip() if password_file is not None else None
        return
    if dry_run and not folder.exists():
        raise BackupError(f"{folder} does not exist; a restore would create it")
    if beside and (folder / "postgres" / "pgdata").exists():
        # `shuangfu serve` may go on meanwhile: nothing of its own is touched.
        with embedded_server_url(folder) as (url, _):
            yield url, runtime_password(folder)
        return
    with EmbeddedPostgres.start(folder / "postgres") as server:
        yield server.url(unix_socket=True), runtime_password(folder)


def _folder(context: typer.Context, what: str, data: Path | None, named: Path | None, *, beside: bool) -> Path | None:
    """Where the backup's anchors or evidence go: the live ones are no business of a restore beside the live ones."""
    if is_typed(context, what):
        return named
    if beside:
        return None
    return named if data is None else data / what


def _broker(bus: str, bootstrap: str | None, prefix: str) -> Broker | None:
    check_bus(bus)
    if bus == "postgres_log":
        return None
    if bootstrap is None:
        raise BackupError("Kafka is the bus: name it by --kafka, or give --bus postgres_log to switch to that")
    return Broker(bootstrap, prefix)
