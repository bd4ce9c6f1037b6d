"""Each service's own Alembic history, run from code: nobody edits an alembic.ini."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.urls import engine_url

SERVICES_FOLDER = Path(__file__).resolve().parents[2] / "services"


def alembic_config(service: str, url: str) -> Config:
    """The configuration of one service's history."""
    config = Config()
    config.set_main_option("script_location", str(SERVICES_FOLDER / service / "migrations"))
    config.attributes["url"] = engine_url(url)
    return config


async def migrate(service: str, url: str, revision: str = "head") -> None:
    """Bring a service's database to a revision; two migrators at once wait for each other."""
    await asyncio.to_thread(command.upgrade, alembic_config(service, url), revision)


def run_migrations() -> None:
    """What each `migrations/env.py` calls."""
    asyncio.run(_run(context.config.attributes["url"]))


async def _run(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
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


async def create_databases(server_url: str, names: list[str]) -> None:
    """Make databases that are not there; Chinese collation and trigrams need the builtin C.UTF-8 provider."""
    engine = create_async_engine(engine_url(server_url), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            rows = await connection.execute(text("SELECT datname FROM pg_database"))
            existing = {row[0] for row in rows}
            for name in names:
                if name not in existing:
                    await connection.execute(
                        text(
                            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' "
                            "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8'"
                        )
                    )
    finally:
        await engine.dispose()
