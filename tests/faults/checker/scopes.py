"""I6: with another division's scope, or with none, nobody sees a row: neither who serves nor who owns."""

from collections.abc import Mapping, Sequence

import asyncpg

from shared.schema.security import OWNER, RUNTIME

_TABLES = """
SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attname = 'division' AND NOT a.attisdropped ORDER BY 1
"""
_UPLOADERS = """
SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1::text[])
ORDER BY 1
"""
OF_THEIR_UPLOADER = ("import_errors", "imports")
"""Rows without a division: they are their uploader's, so a scope alone, which names nobody, shows none of them."""
FROM_ABOVE = frozenset({"cycles", "cycle_indicator_systems"})
"""A city's rows that its districts read."""
OF_TWO = frozenset({"duplicates"})
"""Rows that are two divisions' matter: the other one stands in `other_division`."""
CHAINED = frozenset({"audit_log", "audit_heads"})
"""Written by a function that runs as the owner, who therefore sees them."""


async def leaks(connections: Mapping[str, asyncpg.Connection]) -> list[str]:
    """Every table that shows a row where it should show none, as sentences."""
    divisions = await _divisions(connections["registry"])
    found: list[str] = []
    for service, connection in connections.items():
        tables = [row["name"] for row in await connection.fetch(_TABLES)]
        personal = [row["name"] for row in await connection.fetch(_UPLOADERS, OF_THEIR_UPLOADER)]
        assert service != "registry" or len(personal) == len(OF_THEIR_UPLOADER), "tables of imports are not there"
        for role in (RUNTIME, OWNER):
            visible = [name for name in tables if role == RUNTIME or name not in CHAINED]
            for scope in (None, *divisions):
                rows = await _seen(connection, role, scope, visible, personal)
                found += [
                    f"{role} with {f'scope {scope}' if scope else 'no scope'} sees {n} rows of {service}.{name}"
                    for name, n in rows.items()
                    if n
                ]
    return found


async def _divisions(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch("SELECT DISTINCT division FROM organizations ORDER BY division LIMIT 3")
    return [row["division"] for row in rows]


async def _seen(
    connection: asyncpg.Connection, role: str, scope: str | None, tables: Sequence[str], personal: Sequence[str]
) -> dict[str, int]:
    """Rows out of scope that are seen, by table."""
    counts = [f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in personal]
    for name in tables:
        inside = "division LIKE $1 || '%'"
        if name in FROM_ABOVE:
            inside += " OR $1 LIKE division || '%'"
        if name in OF_TWO:
            inside += " OR other_division LIKE $1 || '%'"
        outside = "$1::text IS NOT NULL" if scope is None else f"({inside}) IS NOT TRUE"
        counts.append(f"SELECT '{name}' AS name, count(*) FILTER (WHERE {outside}) AS n FROM {name}")
    transaction = connection.transaction(readonly=True)
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL ROLE {role}")
        if scope is not None:
            await connection.execute("SELECT set_config('shuangfu.scope', $1, true)", f"{scope}%")
        rows = await connection.fetch(" UNION ALL ".join(counts), scope or "")
    finally:
        await transaction.rollback()
    return {row["name"]: row["n"] for row in rows}
