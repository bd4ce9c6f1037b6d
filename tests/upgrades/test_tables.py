"""`tables.py` of each service is what its migrations leave."""

from importlib import import_module

import asyncpg
import pytest
from sqlalchemy import MetaData
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from shuangfu.services import SERVICES
from tests.conftest import AsAdmin, NewDatabase

COLUMNS = """
SELECT c.relname AS "table", a.attname AS "column", format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
       COALESCE(a.attnum = ANY (k.conkey), false) AS in_key
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND c.relname <> 'alembic_version'
"""
Columns = dict[tuple[str, str], tuple[str, bool, bool]]
"""Table and column to its type, whether it is NOT NULL, and whether it is part of the primary key."""


def tables_of(service: str) -> MetaData:
    metadata: MetaData = import_module(f"services.{service}.tables").metadata
    return metadata


async def columns_in(connection: asyncpg.Connection, schema: str) -> Columns:
    rows = await connection.fetch(COLUMNS, schema)
    return {(row["table"], row["column"]): (row["type"], row["attnotnull"], row["in_key"]) for row in rows}


async def columns_as_created(connection: asyncpg.Connection, metadata: MetaData) -> Columns:
    """What PostgreSQL makes of the metadata's tables: created beside the migrated ones, in a schema of their own."""
    await connection.execute("CREATE SCHEMA written; SET search_path = written")
    for table in metadata.sorted_tables:
        statement = CreateTable(table).compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
        await connection.execute(str(statement))
    return await columns_in(connection, "written")


@pytest.mark.parametrize("service", SERVICES)
async def test_tables__are_those_of_the_migrated_database(
    service: str, database_url: NewDatabase, as_admin: AsAdmin
) -> None:
    async with as_admin.connected(await database_url(service)) as connection:
        migrated = await columns_in(connection, "public")
        assert len(migrated) > 50
        written = await columns_as_created(connection, tables_of(service))
        assert written == migrated, f"services/{service}/tables.py (left) is not what the migrations leave (right)"
