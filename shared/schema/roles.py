"""Owner and runtime are two roles: who migrates owns the tables, who serves can only work in them."""

import hashlib
import hmac
import secrets
import stringprep
import unicodedata
from base64 import b64encode

import asyncpg

from shared.schema.security import OWNER, RUNTIME
from shared.urls import driver_url

ITERATIONS = 4096
"""PostgreSQL's own number (`scram_iterations`); passwords of ours are random, so more would guard nothing."""


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


def scram_verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802), computed here: the password never leaves us.

    With a salt of its own each time. Its characters need no quoting in SQL but the quotes around it."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", _prepared(password), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt_text}${stored_text}:{server_text}"


def _prepared(password: str) -> bytes:
    """As clients prepare what is typed (SASLprep, RFC 4013): other spaces are spaces, invisible marks are left out."""
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in password
        if not stringprep.in_table_b1(character)
    )
    return unicodedata.normalize("NFKC", mapped).encode()
