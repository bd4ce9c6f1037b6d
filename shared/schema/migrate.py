"""Each service's own Alembic history, run from code: nobody edits an alembic.ini."""

import asyncio
import re
from functools import cache
from io import StringIO
from pathlib import Path
from threading import Lock
from typing import Any

import asyncpg
import stamina
import structlog
from alembic import context
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.migrating import Session
from shared.urls import driver_url, engine_url

log = structlog.get_logger(__name__)
SERVICES_FOLDER = Path(__file__).resolve().parents[2] / "services"

LOCK_SECONDS = 2
"""Lock timeout of a migration's statements; statements that queue behind it wait no longer than that for it."""
LOCK_ATTEMPTS = 30
_ALEMBIC = Lock()
"""Alembic keeps its context in globals: one at a time in a process."""


class LocksNotFree(Exception):  # noqa: N818
    """A migration gave up because others hold the locks it needs. Nothing was changed."""


class NotOurRevision(Exception):  # noqa: N818
    """The database is at a revision that no version of this service can have."""


def alembic_config(service: str) -> Config:
    """The configuration of one service's history."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES_FOLDER / service / "migrations"))
    return config


@cache
def scripts_of(service: str) -> ScriptDirectory:
    """One service's history, read once: each reading runs every script, which takes longer than most migrations."""
    return ScriptDirectory.from_config(alembic_config(service))


async def migrate(service: str, url: str, revision: str = "head", *, role: str | None = None) -> list[str]:
    """Bring a service's database to a revision; two migrators at once wait for each other. Returns what was to be run.

    An administrator acts as `role` (the owner), so that the tables are the owner's. Each migration is a transaction
    of its own. One that does not get its locks within LOCK_SECONDS steps back, so that nobody queues behind it, and
    is tried again; raises LocksNotFree when that does not help, and what `pending_revisions` raises.
    """
    config = alembic_config(service)
    pending = await pending_revisions(service, url, revision)
    scripts = scripts_of(service)
    session = config.attributes["session"] = Session(url, role)
    try:
        for step in pending:
            async for attempt in stamina.retry_context(
                on=_lacked_locks, attempts=LOCK_ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=5.0
            ):
                with attempt:
                    await asyncio.to_thread(_upgrade_alone, config, scripts, step)
    except (DBAPIError, asyncpg.PostgresError) as error:
        if not _lacked_locks(error):
            raise
        raise LocksNotFree(
            f"migration {step} did not get its locks in {LOCK_ATTEMPTS} attempts of {LOCK_SECONDS} s: a long "
            "transaction is in its way (pg_stat_activity shows it); nothing of it was done, run it again"
        ) from error
    finally:
        await asyncio.to_thread(_close, session)
    return pending


def _upgrade_alone(config: Config, scripts: ScriptDirectory, revision: str) -> None:
    """What `command.upgrade` does after it has read the scripts."""

    def steps(current: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs(revision, current)

    with _ALEMBIC, EnvironmentContext(config, scripts, fn=steps, destination_rev=revision):
        scripts.run_env()


def _close(session: Session) -> None:
    with _ALEMBIC:  # a step that nobody waits for any more comes to its end first
        session.close()


async def pending_revisions(service: str, url: str, revision: str = "head") -> list[str]:
    """Revisions to go through, in their order.

    None where a later version has migrated the database: what that version did, this one can work on, so going back
    to it needs nothing here. Raises NotOurRevision where the revision is none of this service's.
    """
    known, wanted = revisions(service), revisions(service, revision)
    current = await _current_revision(url)
    if current is None:
        return wanted
    if current in known:
        return [one for one in wanted if known.index(one) > known.index(current)]
    if not re.fullmatch(rf"{service}_\d{{4}}", current) or current < known[-1]:
        raise NotOurRevision(f"the database is at revision {current}, which is none of the {service}'s")
    log.warning("database_is_newer", service=service, revision=current, newest_known=known[-1])
    return []


def revisions(service: str, last: str = "head") -> list[str]:
    """A service's revisions up to one of them, oldest first."""
    return [script.revision for script in scripts_of(service).walk_revisions("base", last)][::-1]


async def _current_revision(url: str) -> str | None:
    connection = await asyncpg.connect(driver_url(url))
    try:
        if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
            return None
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
        return found
    finally:
        await connection.close()


def _lacked_locks(error: Exception) -> bool:
    """A lock timeout or a deadlock with running statements: either way nothing was changed."""
    lacking = (asyncpg.LockNotAvailableError.sqlstate, asyncpg.DeadlockDetectedError.sqlstate)
    return getattr(getattr(error, "orig", error), "sqlstate", None) in lacking


def render_sql(service: str, before: str, after: str) -> str:
    """What the migrations from one revision (or `base`) to another would run, without running it."""
    config = alembic_config(service)
    config.output_buffer = StringIO()
    scripts = scripts_of(service)

    def steps(current: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs(after, current)

    # What `command.upgrade` does with the scripts that it reads each time.
    with EnvironmentContext(config, scripts, fn=steps, as_sql=True, starting_rev=before, destination_rev=after):
        scripts.run_env()
    return config.output_buffer.getvalue()


def run_migrations() -> None:
    """What each `migrations/env.py` calls."""
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", output_buffer=context.config.output_buffer)
        with context.begin_transaction():
            context.run_migrations()
        return
    context.config.attributes["session"].run(_upgrade)


def _upgrade(connection: Connection) -> None:
    # Behind another migrator, or a backup, one may wait: holding nothing.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrate'))"))
    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


async def create_databases(server_url: str, names: list[str], *, owner: str | None = None) -> None:
    """Create the databases that do not exist; Chinese collation and trigrams need the builtin C.UTF-8 provider.

    Raises asyncpg's errors where the administrator may not.
    """
    engine = create_async_engine(engine_url(server_url), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            rows = await connection.execute(text("SELECT datname FROM pg_database"))
            existing = {row[0] for row in rows}
            whose = f"OWNER {owner} " if owner else ""
            for name in names:
                if name not in existing:
                    await connection.execute(
                        text(
                            f"CREATE DATABASE \"{name}\" {whose}TEMPLATE template0 ENCODING 'UTF8' "
                            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
                        )
                    )
    finally:
        await engine.dispose()


async def let_policies_use_indexes(database_url: str) -> None:
    """Mark LIKE as leak-proof in one database (needs a superuser; without one, lists are slower, not wrong).

    A condition that may leak is only tried on rows that a policy has let through, so prefix and trigram indexes
    would lie idle. LIKE tells nothing of a row but whether it matches.
    """
    connection = await asyncpg.connect(driver_url(database_url))
    try:
        await connection.execute("ALTER FUNCTION pg_catalog.textlike(text, text) LEAKPROOF")
    except asyncpg.InsufficientPrivilegeError:
        log.warning("like_is_not_leakproof", database=database_url.rsplit("/", 1)[-1].partition("?")[0])
    finally:
        await connection.close()
