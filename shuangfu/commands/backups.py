"""What `backup` and `restore` share: their options, and what they print about a backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from shared.urls import checked
from shuangfu.backups.manifest import Bus, Manifest
from shuangfu.backups.places import BackupError
from shuangfu.commands.places import DEFAULT_DATA
from shuangfu.embedded.processes import EmbeddedServerError

PREFIX = "shuangfu_"
BUSES: dict[Bus, str] = {"log": "postgres_log", "kafka": "kafka"}
"""As the settings name them."""

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="A data directory of `shuangfu serve`, whether it runs or not; default: the server that is named, else "
        f"{DEFAULT_DATA}.",
    ),
]
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

EvidenceFolder = Annotated[
    Path | None,
    typer.Option(
        envvar="SHUANGFU_EVIDENCE_FOLDER", help="The folder of evidence files' contents; with --data: DATA/evidence."
    ),
]


@contextmanager
def reporting(command: str) -> Iterator[None]:
    """An error ends the command with 1 and one sentence."""
    try:
        yield
    except (BackupError, EmbeddedServerError, OSError) as error:
        typer.echo(f"shuangfu {command}: {error}", err=True)
        raise typer.Exit(1) from error


def is_typed(context: typer.Context, option: str) -> bool:
    """Whether an option was given on the command line, not by the environment."""
    source = context.get_parameter_source(option)
    return source is not None and source.name == "COMMANDLINE"


def check_bus(bus: str | None) -> None:
    """Raises BackupError where a bus is none that the settings know."""
    if bus not in BUSES.values():
        raise BackupError("name the bus: --bus kafka or --bus postgres_log")


def database_urls(databases: list[str] | None) -> dict[str, str]:
    """URLs by service (or bus) from NAME=URL. Raises BackupError."""
    found = {}
    for given in databases or []:
        name, _, url = given.partition("=")
        if not url:
            raise BackupError(f"--database {name}: NAME=URL is needed")
        found[name] = checked_url(url)
    return found


def checked_url(url: str) -> str:
    """The URL. Raises BackupError where it is none."""
    try:
        return checked(url)
    except ValueError as error:
        raise BackupError(str(error)) from None


def describe(manifest: Manifest) -> None:
    """Print a line about each database of a backup, and about its contents of evidence files."""
    for service, dumped in manifest.databases.items():
        rows = sum(table.rows for table in dumped.tables.values())
        typer.echo(f"{service}: {rows} rows in {len(dumped.tables)} tables, revision {dumped.revision or '-'}")
    typer.echo(f"evidence: {len(manifest.evidence)} contents of files")
    missing = manifest.evidence_missing
    if missing:
        typer.echo(
            f"evidence: {len(missing)} contents that files name are not in the backup (evidence_missing in "
            f"manifest.json), the first: {missing[0]}"
        )


def describe_keys(manifest: Manifest) -> str:
    """Which keys a backup's data needs, in sentences."""
    needed = (
        ("Contacts", manifest.field_keys, "field-keys.json"),
        ("Payees' accounts", manifest.account_keys, "account-keys.json"),
        ("Records of talks", manifest.talk_keys, "talk-keys.json"),
    )
    sealed = [f"{what} are sealed with {', '.join(names)} ({file}). " for what, names, file in needed if names]
    return "".join(sealed) + "The audit's anchors are signed with anchor-key.pem."
