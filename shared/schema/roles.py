"""Owner and runtime are two roles: who migrates owns the tables, who serves can only work in them."""

import asyncpg

from shared.schema.scram import scram_verifier
from shared.schema.security import OWNER, RUNTIME
from shared.urls import driver_url


async def ensure_roles(admin_url: str, *, owner_password: str | None = None, runtime_password: str) -> None:
    """Create both roles, or correct their attributes: neither is a superuser, neither bypasses row-level security.

    The owner logs in only where it has a password (an administrator may also act as it). The server gets what it
    would have stored itself, never a password: statements come into its log when they are slow or fail.
    """
    connection = await asyncpg.connect(driver_url(admin_url))
    try:
        existing = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
        for name, password in ((OWNER, owner_password), (RUNTIME, runtime_password)):
            attributes = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB"
            attributes += " NOLOGIN" if password is None else f" LOGIN PASSWORD '{scram_verifier(password)}'"
            await connection.execute(f"{'ALTER' if name in existing else 'CREATE'} ROLE {name} WITH {attributes}")
    finally:
        await connection.close()
