"""Creates and migrates a service's database: what the one-shot migration job does for each."""

import asyncpg
from sqlalchemy import make_url, text

from shared.audit.operations import operator_access, record_action
from shared.db.session import Database
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate, pending_revisions, revisions
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.settings import MigrationSettings
from shared.urls import engine_url, with_database


class NotTheRuntimeRole(ValueError):  # noqa: N818 - states what is the case
    """The service's URL names another role, to which policies may not apply."""


async def prepare_database(settings: MigrationSettings) -> list[str]:
    """Create or correct the two roles, create the database, migrate it as the owner; returns the revisions that ran.

    May be repeated. Raises NotTheRuntimeRole, asyncpg's errors where the administrator lacks a privilege, and what
    `migrate` raises.
    """
    database, password = _named(settings)
    owner = settings.owner_password
    await ensure_roles(
        settings.admin_database_url,
        owner_password=owner.get_secret_value() if owner else None,
        runtime_password=password,
    )
    await create_databases(engine_url(settings.admin_database_url), [database], owner=OWNER)
    admin_url = engine_url(with_database(settings.admin_database_url, database))
    await let_policies_use_indexes(admin_url)
    return await migrate_and_record(settings.service, admin_url, role=OWNER)


async def plan_database(settings: MigrationSettings) -> list[str]:
    """The revisions that `prepare_database` would run; changes nothing. Raises NotTheRuntimeRole."""
    database, _ = _named(settings)
    try:
        return await pending_revisions(settings.service, with_database(settings.admin_database_url, database))
    except asyncpg.InvalidCatalogNameError:
        return revisions(settings.service)  # the database would be created


async def migrate_and_record(service: str, url: str, *, role: str | None = None) -> list[str]:
    """Migrate, and record it among the operators' actions; returns the revisions that ran.

    Recorded afterwards, because a migration creates that table.
    """
    done = await migrate(service, url, role=role)
    if not done:
        return done
    database = Database(engine_url(url), pool_size=1, access=operator_access(service))
    try:
        async with database.transaction() as tx:
            if await tx.scalar(text("SELECT to_regclass('operator_actions') IS NOT NULL")):
                await record_action(tx, "migrate", arguments={}, figures={"revisions": done})
    finally:
        await database.close()
    return done


def _named(settings: MigrationSettings) -> tuple[str, str]:
    """(database, password of the runtime role) as the service's URL names them. Raises NotTheRuntimeRole."""
    url = make_url(settings.database_url)
    if url.username != RUNTIME or not url.password or not url.database:
        raise NotTheRuntimeRole(
            f"{settings.service}: database_url must name the role {RUNTIME}, its password and a database"
        )
    return url.database, str(url.password)
