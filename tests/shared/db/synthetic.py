"""A row for any table, made from the table's own description: so that no table is left out of a test."""

from collections.abc import Sequence
from typing import Any

import asyncpg

SECURED = """
SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, c.relispartition AS partition,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'division') AS has_division
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
_COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type FROM pg_attribute a
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
  AND a.attidentity = '' AND a.attgenerated = '' AND (a.attnotnull OR a.attname = 'division')
  AND (NOT a.atthasdef OR a.attname = 'division')
"""
_LOOSEN = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I CASCADE', conrelid::regclass, conname) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f') AND coninhcount = 0
"""
VALUES = {
    "uuid": "gen_random_uuid()",
    "text": "md5(random()::text)",
    "text[]": "ARRAY[md5(random()::text)]",
    "bigint": "(random() * 1e15)::bigint",
    "integer": "(random() * 1e9)::integer",
    "smallint": "1",
    "numeric": "1",
    "double precision": "1",
    "boolean": "false",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "jsonb": "'{}'::jsonb",
    "bytea": "''::bytea",
    "xid8": "pg_current_xact_id()",
}


async def loosen(admin: asyncpg.Connection) -> None:
    """Take checks and references away, and the triggers of ours: policies and grants alone are looked at."""
    for row in await admin.fetch(_LOOSEN):
        await admin.execute(row[0])


async def insert_statement(admin: asyncpg.Connection, table: str) -> str:
    """An INSERT that gives every column what it must have; `$1` is the division."""
    columns = await admin.fetch(_COLUMNS, table)
    names = [str(column["name"]) for column in columns]
    values = ["$1::text" if column["name"] == "division" else VALUES[column["type"]] for column in columns]
    if "division" not in names:
        raise ValueError(f"{table} has no division")
    quoted = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table}" ({quoted}) VALUES ({", ".join(values)})'


async def fill(admin: asyncpg.Connection, tables: Sequence[str], divisions: Sequence[Any]) -> None:
    """A row of each division in each table, as a superuser with every trigger off."""
    await admin.execute("SET session_replication_role = replica")
    for table in tables:
        statement = await insert_statement(admin, table)
        for division in divisions:
            await admin.execute(statement, division)
    await admin.execute("RESET session_replication_role")
