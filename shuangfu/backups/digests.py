"""A table's content as a count and a sum of hashes, which do not depend on the order of the rows."""

from collections.abc import Mapping, Sequence

import asyncpg
from pydantic import BaseModel, ConfigDict

# The alias is not the name of a column: it stands for the whole row.
_DIGEST = (
    "SELECT count(*) AS rows, COALESCE(sum(('x' || left(md5(the_row::text), 16))::bit(64)::bigint), 0)::text AS digest "
    "FROM ONLY THE_TABLE AS the_row"
)


class TableDigest(BaseModel):
    """Rows of a table, and the sum of the first 64 bits of each row's MD5 (as signed integers)."""

    model_config = ConfigDict(frozen=True)

    rows: int
    digest: str


async def list_tables(connection: asyncpg.Connection) -> list[str]:
    """Every table that holds rows itself (a partition does, its parent does not), by name."""
    rows = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [row["relname"] for row in rows]


async def digest_tables(connection: asyncpg.Connection, tables: Sequence[str]) -> dict[str, TableDigest]:
    """Each table's digest, as the connection's transaction sees it."""
    found = {}
    for table in tables:
        # One query per table: each is read in full anyway.
        row = await connection.fetchrow(_DIGEST.replace("THE_TABLE", f'"{table}"'))
        assert row is not None
        found[table] = TableDigest(rows=row["rows"], digest=row["digest"])
    return found


def differences(expected: Mapping[str, TableDigest], found: Mapping[str, TableDigest]) -> list[str]:
    """Each table that is not as expected, as a phrase."""
    phrases = []
    for table in sorted(expected.keys() | found.keys()):
        was, now = expected.get(table), found.get(table)
        if was is None or now is None:
            phrases.append(f"{table} {'is not expected' if was is None else 'is missing'}")
        elif was != now:
            phrases.append(f"{table} has {now.rows} rows ({now.digest}) instead of {was.rows} ({was.digest})")
    return phrases
