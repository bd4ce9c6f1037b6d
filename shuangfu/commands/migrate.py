"""Migrates one service's database, or creates and migrates all four."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import asyncpg
import typer
from sqlalchemy.exc import DBAPIError

from shared.schema.migrate import LocksNotFree, NotOurRevision, pending_revisions
from shared.settings import DatabaseSettings, MigrationSettings
from shared.telemetry.logs import configure_logs
from shuangfu.commands.places import DryRun, chosen_services, load_or_exit
from shuangfu.deployment.databases import NotTheRuntimeRole, migrate_and_record, plan_database, prepare_database


def migrate(
    service: Annotated[str | None, typer.Argument(help="registry, incubation, evaluation or funding")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All four from scratch: roles, databases, migrations; as an administrator.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Bring a service's database to the newest revision, connected as the tables' owner.

    A database that a later version has migrated is left as it is: this version works on it.
    """
    if everything == (service is not None):
        typer.echo("name a service, or give --all", err=True)
        raise typer.Exit(2)
    configure_logs()
    for name in chosen_services([service] if service is not None else None):
        with _reporting(name):
            done = asyncio.run(_all(name, dry_run=dry_run) if everything else _one(name, dry_run=dry_run))
        if dry_run:
            typer.echo(f"{name}: {'would run ' + ', '.join(done) if done else 'nothing to run'}; nothing was changed")
        else:
            what = "roles, database and tables" if everything else "tables"
            typer.echo(f"{name}: {what} are up to date{'; ran ' + ', '.join(done) if done else ''}")


async def _all(name: str, *, dry_run: bool) -> list[str]:
    settings = load_or_exit(MigrationSettings, name)
    return await (plan_database if dry_run else prepare_database)(settings)


async def _one(name: str, *, dry_run: bool) -> list[str]:
    url = load_or_exit(DatabaseSettings, name).database_url
    return await (pending_revisions if dry_run else migrate_and_record)(name, url)


@contextmanager
def _reporting(name: str) -> Iterator[None]:
    """An error ends the command with 1 and one sentence."""
    try:
        yield
    except (LocksNotFree, NotOurRevision, NotTheRuntimeRole, OSError, asyncpg.PostgresError, DBAPIError) as error:
        typer.echo(f"shuangfu migrate: {name}: {error or type(error).__name__}", err=True)
        raise typer.Exit(1) from error
