"""What is audited in a database, by which codes its records are known, and which rows belong to them: its catalog says.

Names come from the catalog and go into statements quoted; values go in as parameters.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text

from shared.db.session import Transaction

TRAIL = "audit_log"
"""The kind of a reading of a record's trail."""
_KINDS = text(
    "SELECT c.relname::text AS kind FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE t.tgname = 'audit_insert' AND NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
)
_KEY = (
    "(SELECT string_agg(quote_ident(a.attname) || '::text', ' || ''/'' || ' ORDER BY array_position(i.indkey::int2[], "
    "a.attnum)) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int2[]) "
    "WHERE i.indrelid = c.oid AND i.indisprimary)"
)
# A code: a text that is unique by itself. The key of a table is one where it is no uuid.
_CODES = text(
    f"SELECT c.relname::text AS kind, quote_ident(a.attname) AS code, {_KEY} AS key FROM pg_class c "  # noqa: S608
    "JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique AND i.indpred IS NULL AND i.indnatts = 1 "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.atttypid = 'text'::regtype "
    "WHERE c.relname = ANY(:kinds) AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
)
_PARTS = text(
    f"SELECT DISTINCT c.relname::text AS kind, quote_ident(own.attname) AS own, {_KEY} AS key, "  # noqa: S608
    "format_type(own.atttypid, NULL) AS type, p.relname::text AS of FROM pg_constraint f "
    "JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid "
    "JOIN pg_index i ON i.indrelid = p.oid AND i.indisprimary AND i.indnatts = 1 "
    "CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS pair(mine, theirs) "
    "JOIN pg_attribute own ON own.attrelid = c.oid AND own.attnum = pair.mine AND pair.theirs = i.indkey[0] "
    "WHERE f.contype = 'f' AND c.relname = ANY(:kinds) AND p.relname = ANY(:of) "
    "AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2"
)

Named = tuple[str, str]
"""A record: its kind, which is its table, and its id."""


async def audited_kinds(tx: Transaction) -> list[str]:
    """The tables whose every change is in the trail."""
    return [row.kind for row in await tx.rows(_KINDS)]


async def by_code(tx: Transaction, kinds: Sequence[str], code: str) -> list[Named]:
    """The records that the transaction sees and that are known by a code."""
    asked = [
        f"SELECT '{row.kind}' AS kind, {row.key} AS id FROM {row.kind} WHERE {row.code} = :code"  # noqa: S608
        for row in await tx.rows(_CODES, {"kinds": list(kinds)})
    ]
    return await _named(tx, asked, {"code": code}, most=None)


async def parts_of(tx: Transaction, kinds: Sequence[str], records: Iterable[Named], *, most: int) -> list[Named]:
    """The rows that name one of these as theirs by a foreign key, up to `most` and one more."""
    ids = dict(records)
    asked, values = [], {}
    for number, row in enumerate(await tx.rows(_PARTS, {"kinds": list(kinds), "of": sorted(ids)})):
        values[f"id{number}"] = ids[row.of]
        mine = f"CAST(CAST(:id{number} AS text) AS {row.type})"
        asked.append(f"SELECT '{row.kind}' AS kind, {row.key} AS id FROM {row.kind} WHERE {row.own} = {mine}")  # noqa: S608
    return await _named(tx, asked, values, most=most + 1)


async def _named(tx: Transaction, asked: Sequence[str], values: dict[str, Any], *, most: int | None) -> list[Named]:
    if not asked:
        return []
    statement = " UNION ".join(asked)
    limited = statement if most is None else f"SELECT * FROM ({statement}) AS named LIMIT {most}"  # noqa: S608
    return [(row.kind, row.id) for row in await tx.rows(text(limited), values)]
