"""Keys of personal fields: adds one and re-encrypts all contacts with it, removes unused ones."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer
from sqlalchemy.exc import DBAPIError

from services.registry.contacts import queries
from services.registry.contacts.resealing import Resealed, count_by_key, reseal_contacts
from shared.audit.operations import operator_access, record_action
from shared.db.errors import DRIVER_ERRORS
from shared.db.sealing import FieldKeys, KeyRing, SealingError, read_key_file
from shared.db.session import Database
from shared.private_files import write_private
from shared.urls import checked, engine_url
from shuangfu.commands.places import Data, DryRun, data_folder
from shuangfu.embedded.connection import embedded_database_urls
from shuangfu.embedded.field_keys import embedded_field_keys
from shuangfu.embedded.processes import EmbeddedServerError, one_at_a_time

app = typer.Typer(help="Keys that personal fields are encrypted with: rotate, prune.", no_args_is_help=True)
SERVICE = "registry"
T = TypeVar("T")

KeysFile = Annotated[
    Path | None,
    typer.Option("--keys-file", envvar="SHUANGFU_FIELD_KEYS_FILE", help="The key file; needs --database-url."),
]
DatabaseUrl = Annotated[
    str | None, typer.Option("--database-url", envvar="SHUANGFU_REGISTRY_DATABASE_URL", help="The registry's database.")
]


@app.command()
def rotate(
    data: Data = None, keys_file: KeysFile = None, database_url: DatabaseUrl = None, dry_run: DryRun = False
) -> None:
    """Add a key, make it active, and seal every contact with it. Run it again after an interruption: it continues."""
    with _place(data, keys_file, database_url) as (path, url):
        ring = read_key_file(path)
        counts = _run(url, count_by_key)
        waiting = sum(n for name, n in counts.items() if name != ring.active)
        # Contacts with another key than the active one are left over from an interrupted run.
        unfinished = waiting > 0
        target = ring.active if unfinished else ring.next_name()
        todo = waiting if unfinished else sum(counts.values())
        typer.echo(f"{_described(ring, counts)}; {'going on with' if unfinished else 'new key'} {target}")
        if dry_run:
            typer.echo(f"would seal {todo} contacts with {target}; nothing was changed")
            return
        if not unfinished:
            write_private(path, ring.with_new_key().to_json())
        keys = FieldKeys(path)
        result = _run(url, lambda database: _reseal(database, keys, target))
    typer.echo(f"{result.done} contacts are under {target} now; `shuangfu keys prune` withdraws unused keys")
    for line in result.broken:
        typer.echo(f"not opened: {line}", err=True)
    if result.broken:
        raise typer.Exit(1)


async def _reseal(database: Database, keys: FieldKeys, target: str) -> Resealed:
    """Seal, and record how many and with which key. An interrupted run is recorded by the one that continues it."""
    result = await reseal_contacts(database, keys)
    figures = {"key": target, "sealed": result.done, "not_opened": len(result.broken)}
    async with database.transaction() as tx:
        outcome: Literal["done", "failed"] = "failed" if result.broken else "done"
        await record_action(tx, "keys rotate", arguments={}, figures=figures, outcome=outcome)
    return result


@app.command()
def prune(
    data: Data = None, keys_file: KeysFile = None, database_url: DatabaseUrl = None, dry_run: DryRun = False
) -> None:
    """Remove the keys that no contact needs from the file. Backups of the database may still need them."""

    async def withdraw(database: Database) -> tuple[KeyRing, KeyRing, dict[str, int]]:
        async with database.transaction() as tx:
            # Writers wait until the file is written: nobody can begin to seal with a key that is being removed.
            await queries.await_writers(tx)
            counts = await queries.count_by_key(tx)
            before = read_key_file(path)
            after = before.keeping(counts)
            if not dry_run and after != before:
                gone = sorted(before.keys.keys() - after.keys.keys())
                await record_action(tx, "keys prune", arguments={}, figures={"withdrawn": gone})
                write_private(path, after.to_json())
        return before, after, counts

    with _place(data, keys_file, database_url) as (path, url):
        before, after, counts = _run(url, withdraw)
    gone = sorted(before.keys.keys() - after.keys.keys())
    typer.echo(_described(after, counts))
    typer.echo(f"{'would withdraw' if dry_run else 'withdrawn'}: {', '.join(gone) or 'none'}")


@contextmanager
def _place(data: Path | None, keys_file: Path | None, database_url: str | None) -> Iterator[tuple[Path, str]]:
    """The key file, locked against other commands, and the registry's database; an error ends the command with 1."""
    if data is None and (keys_file is None) != (database_url is None):
        typer.echo("give --data, or both of --keys-file and --database-url", err=True)
        raise typer.Exit(2)
    try:
        folder = data_folder(data, named=keys_file is not None)
        if folder is None:
            if keys_file is None or database_url is None:
                typer.echo("name --keys-file and --database-url, or --data", err=True)
                raise typer.Exit(2)
            url = engine_url(_checked(database_url))
            with _turn(keys_file):
                yield keys_file, url
        else:
            with embedded_database_urls(folder) as urls:
                path = embedded_field_keys(folder)
                with _turn(path):
                    yield path, urls[SERVICE]
    except (EmbeddedServerError, SealingError, *DRIVER_ERRORS, DBAPIError) as error:
        typer.echo(f"shuangfu keys: {error}", err=True)
        raise typer.Exit(1) from error


def _checked(url: str) -> str:
    try:
        return checked(url)
    except ValueError as error:
        typer.echo(f"shuangfu keys: {error}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    with one_at_a_time(path.with_suffix(".lock")):
        yield


def _run(url: str, action: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        database = Database(url, access=operator_access(SERVICE))
        try:
            return await action(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _described(ring: KeyRing, counts: Mapping[str, int]) -> str:
    """Names and counts in one line; keys that contacts need and the file lacks are included."""
    names = sorted({*ring.keys, *counts})
    shown = [
        f"{name}{' (active)' if name == ring.active else '' if name in ring.keys else ' (MISSING)'}: "
        f"{counts.get(name, 0)}"
        for name in names
    ]
    return "contacts by key: " + ", ".join(shown)
