"""A service's database from nothing: what the one-shot migration job does for each."""

from sqlalchemy import make_url

from shared.db.migrate import create_databases, let_policies_use_indexes, migrate
from shared.db.roles import ensure_roles
from shared.db.security_ddl import OWNER, RUNTIME
from shared.db.urls import engine_url, with_database
from shared.settings import MigrationSettings


class NotTheRuntimeRole(ValueError):  # noqa: N818 - says what is the case
    """The service's URL names a role that policies may not bind."""


async def prepare_database(settings: MigrationSettings) -> None:
    """Make or mend the two roles, make the database, migrate it as the owner. May be repeated.

    Raises NotTheRuntimeRole, asyncpg's errors where the administrator may not.
    """
    url = make_url(settings.database_url)
    if url.username != RUNTIME or not url.password or not url.database:
        raise NotTheRuntimeRole(
            f"{settings.service}: database_url must name the role {RUNTIME}, its password and a database"
        )
    owner = settings.owner_password
    await ensure_roles(
        settings.admin_database_url,
        owner_password=owner.get_secret_value() if owner else None,
        runtime_password=url.password,
    )
    await create_databases(engine_url(settings.admin_database_url), [url.database], owner=OWNER)
    admin_url = engine_url(with_database(settings.admin_database_url, url.database))
    await let_policies_use_indexes(admin_url)
    await migrate(settings.service, admin_url, role=OWNER)
