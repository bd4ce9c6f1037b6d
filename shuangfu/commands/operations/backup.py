"""Backs up all databases at one consistent point while the services run, and restores them."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shuangfu.backups.anchors import restore_anchors
from shuangfu.backups.making import Source, check_source, check_target, make_backup
from shuangfu.backups.manifest import Bus, Manifest, read_manifest
from shuangfu.backups.places import BackupError, find_places
from shuangfu.backups.restoring import Target, check_restore
from shuangfu.backups.restoring import restore as restore_backup
from shuangfu.backups.topics import Broker
from shuangfu.embedded.connection import embedded_server_url, runtime_password
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import EmbeddedServerError

PREFIX = "shuangfu_"
BUSES: dict[Bus, str] = {"log": "postgres_log", "kafka": "kafka"}
"""As the settings name them."""

Data = Annotated[Path | None, typer.Option(help="A data directory of `shuangfu serve`, whether it runs or not.")]
ServerUrl = Annotated[
    str | None,
    typer.Option(envvar="SHUANGFU_ADMIN_DATABASE_URL", help="The PostgreSQL server, as its administrator."),
]
Databases = Annotated[
    list[str] | None,
    typer.Option(
        "--database", help="NAME=URL, for a database on another server; NAME is a service or bus. Repeatable."
    ),
]
Prefix = Annotated[str, typer.Option(help="The beginning of each database's name, before the service.")]
PgBin = Annotated[
    Path | None,
    typer.Option(help="Folder of pg_dump and pg_restore; default: the PATH's, else the embedded PostgreSQL's."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, show what would be done; change nothing.")]
AnchorsFolder = Annotated[
    Path | None,
    typer.Option(envvar="SHUANGFU_AUDIT_ANCHORS", help="The folder of the audit's anchors; with --data: DATA/anchors."),
]


def backup(
    to: Annotated[Path, typer.Option(help="The folder to create; it must not exist, or be empty.")],
    data: Data = None,
    server_url: ServerUrl = None,
    database: Databases = None,
    database_prefix: Prefix = PREFIX,
    bus: Annotated[
        str | None, typer.Option(envvar="SHUANGFU_BUS", help="kafka or postgres_log; not needed with --data.")
    ] = None,
    anchors: AnchorsFolder = None,
    pg_bin: PgBin = None,
    lock_seconds: Annotated[
        float, typer.Option(min=0.01, help="Seconds for which one attempt may block writers.")
    ] = 1.0,
    dry_run: DryRun = False,
) -> None:
    """Back up every database at one point in time, while the services run."""
    target = to.expanduser().resolve()
    with _reporting("backup"), _source(data, server_url, database, database_prefix, bus, anchors) as source:
        check_target(target)
        if dry_run:
            planned = asyncio.run(check_source(source, pg_bin))
            for name, size in planned.bytes_by_database.items():
                typer.echo(f"{name}: {size / 1024**2:.1f} MiB")
            typer.echo(f"would be backed up into {target} with {planned.programs.pg_dump}; nothing was written")
            return
        manifest = asyncio.run(make_backup(source, target, pg_bin=pg_bin, lock_seconds=lock_seconds))
    _describe(manifest)
    typer.echo(f"backed up into {target}; writers were blocked for {manifest.fenced_milliseconds} ms")
    typer.echo("Not in the backup, and needed with it: keys. " + _keys(manifest))


def restore(
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
    pg_bin: PgBin = None,
    replace: Annotated[
        bool, typer.Option(help="Keep existing databases under another name instead of refusing.")
    ] = False,
    force: Annotated[bool, typer.Option(help="End other sessions in these databases instead of refusing.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Restore a backup: all databases, or none."""
    folder = source.expanduser().resolve()
    with _reporting("restore"):
        manifest = read_manifest(folder)
        broker = _broker(bus or BUSES[manifest.bus], kafka, kafka_prefix)
        with _target_server(data, server_url, runtime_password_file, dry_run=dry_run) as (url, password):
            places = find_places(url, _urls(database), prefix=database_prefix, log=broker is None)
            target = Target(places, broker, password, replace=replace, force=force)
            if dry_run:
                checked = asyncio.run(check_restore(folder, target, pg_bin=pg_bin))
                _describe(manifest)
                typer.echo(f"would be restored as {', '.join(place.database for place in places)}")
                typer.echo(f"would be kept under another name: {', '.join(checked.occupied) or 'none'}")
                typer.echo(f"Kafka's topics would lose {checked.messages} messages; nothing was changed")
                return
            restored = asyncio.run(restore_backup(folder, target, pg_bin=pg_bin))
        where = data.expanduser().resolve() / "anchors" if data is not None else anchors
        report = restore_anchors(folder, manifest, where)
    _describe(manifest)
    for was, now in restored.renamed.items():
        typer.echo(f"the former {was} is called {now} now and accepts no connections: drop it when it is not needed")
    typer.echo(
        f"restored {restored.rows} rows as of {manifest.at.isoformat()}; {restored.messages_gone} messages of Kafka's "
        f"are gone, {restored.republished} events are published again when the workers start"
    )
    for line in report:
        typer.echo(line)
    typer.echo("Needed before the services start: keys. " + _keys(manifest))


@contextmanager
def _reporting(command: str) -> Iterator[None]:
    """An error ends the command with 1 and one sentence."""
    try:
        yield
    except (BackupError, EmbeddedServerError, OSError) as error:
        typer.echo(f"shuangfu {command}: {error}", err=True)
        raise typer.Exit(1) from error


@contextmanager
def _source(
    data: Path | None,
    server_url: str | None,
    databases: list[str] | None,
    prefix: str,
    bus: str | None,
    anchors: Path | None,
) -> Iterator[Source]:
    if data is not None:
        with embedded_server_url(data) as (url, log):
            places = find_places(url, {}, prefix=PREFIX, log=log)
            yield Source(places, _bus(log=log), data.expanduser().resolve() / "anchors")
        return
    _check_bus(bus)
    log = bus == "postgres_log"
    yield Source(find_places(server_url, _urls(databases), prefix=prefix, log=log), _bus(log=log), anchors)


@contextmanager
def _target_server(
    data: Path | None, server_url: str | None, password_file: Path | None, *, dry_run: bool
) -> Iterator[tuple[str | None, str | None]]:
    """(URL as administrator, password of the runtime role) of a data directory's server, or of the named one."""
    if data is None:
        yield server_url, password_file.read_text().strip() if password_file is not None else None
        return
    folder = data.expanduser().resolve()
    if dry_run and not folder.exists():
        raise BackupError(f"{folder} does not exist; a restore would create it")
    with EmbeddedPostgres.start(folder / "postgres") as server:
        yield server.url(unix_socket=True), runtime_password(folder)


def _check_bus(bus: str | None) -> None:
    if bus not in BUSES.values():
        raise BackupError("name the bus: --bus kafka or --bus postgres_log")


def _broker(bus: str, bootstrap: str | None, prefix: str) -> Broker | None:
    _check_bus(bus)
    if bus == "postgres_log":
        return None
    if bootstrap is None:
        raise BackupError("Kafka is the bus: name it by --kafka, or give --bus postgres_log to switch to that")
    return Broker(bootstrap, prefix)


def _bus(*, log: bool) -> Bus:
    return "log" if log else "kafka"


def _urls(databases: list[str] | None) -> dict[str, str]:
    found = {}
    for given in databases or []:
        name, _, url = given.partition("=")
        if not url:
            raise BackupError(f"--database {name}: NAME=URL is needed")
        found[name] = url
    return found


def _describe(manifest: Manifest) -> None:
    for service, dumped in manifest.databases.items():
        rows = sum(table.rows for table in dumped.tables.values())
        typer.echo(f"{service}: {rows} rows in {len(dumped.tables)} tables, revision {dumped.revision or '-'}")


def _keys(manifest: Manifest) -> str:
    contacts = ", ".join(manifest.field_keys)
    return (
        f"Contacts are sealed with {contacts} (field-keys.json). " if contacts else ""
    ) + "The audit's anchors are signed with anchor-key.pem."
