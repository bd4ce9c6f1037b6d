"""Each service's own Alembic history, run from code: nobody edits an alembic.ini."""

import asyncio
from pathlib import Path

import asyncpg
import structlog
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.urls import driver_url, engine_url

log = structlog.get_logger(__name__)
SERVICES_FOLDER = Path(__file__).resolve().parents[2] / "services"


def alembic_config(service: str, url: str, role: str | None = None) -> Config:
    """The configuration of one service's history."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES_FOLDER / service / "migrations"))
    config.attributes["url"] = engine_url(url)
    config.attributes["role"] = role
    return config


async def migrate(service: str, url: str, revision: str = "head", *, role: str | None = None) -> None:
    """Bring a service's database to a revision; two migrators at once wait for each other.

    An administrator acts as `role` (the owner), so that the tables are the owner's.
    """
    await asyncio.to_thread(command.upgrade, alembic_config(service, url, role), revision)


def run_migrations() -> None:
    """What each `migrations/env.py` calls."""
    attributes = context.config.attributes
    asyncio.run(_run(attributes["url"], attributes["role"]))


async def _run(url: str, role: str | None) -> None:
    session = {"role": role} if role else {}
    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"server_settings": session})
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('migrate'))"))
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


async def create_databases(server_url: str, names: list[str], *, owner: str | None = None) -> None:
    """Make databases that are not there; Chinese collation and trigrams need the builtin C.UTF-8 provider.

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
