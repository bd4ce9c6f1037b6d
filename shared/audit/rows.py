"""Whether the rows are what the trail says: every change of the trail, one after another, gives the rows of today."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text

from shared.audit.trail import Finding
from shared.db.session import Transaction

MOST_EXAMINED = 1000
_REPORTED = 10
_COLUMNS = text(
    "SELECT c.relname AS table, a.attname AS column, array_position(i.indkey::int2[], a.attnum) AS key_place, "
    "pg_get_expr(d.adbin, d.adrelid) AS default, (SELECT p.prosrc FROM pg_proc p "
    "WHERE p.proname = 'audit_' || c.relname AND p.pronamespace = c.relnamespace) AS source "
    "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary "
    "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY(:tables) ORDER BY 1, 3"
)
_HIDDEN = re.compile(r"'(\w+)', encode\(sha256\(")
_COMPARED = """
WITH trail AS (
    SELECT object_id, operation, diff, division, number,
           row_number() OVER (PARTITION BY object_id ORDER BY seen, number) AS place
    -- Numbers order the rows of one chain; between chains, of an object that moved, time does.
    FROM (SELECT *, max(at) OVER (PARTITION BY division ORDER BY number) AS seen FROM audit_log
          WHERE object_type = :table AND operation IN ('insert', 'update', 'delete')) AS of_type
), begun AS (
    SELECT DISTINCT ON (object_id) object_id, operation, place FROM trail WHERE operation <> 'update'
    ORDER BY object_id, place DESC
), folded AS (
    SELECT object_id, jsonb_strip_nulls(jsonb_object_agg(key, value)) AS image FROM (
        SELECT DISTINCT ON (t.object_id, e.key) t.object_id, e.key, e.value
        FROM begun b JOIN trail t ON t.object_id = b.object_id AND t.place >= b.place AND b.operation = 'insert'
        CROSS JOIN LATERAL jsonb_each(t.diff->'after') AS e ORDER BY t.object_id, e.key, t.place DESC
    ) AS newest GROUP BY object_id
), stored AS (
    SELECT {identity} AS object_id, jsonb_strip_nulls({image}) AS image FROM {table} AS r
)
SELECT object_id, f.image AS folded, s.image AS stored, l.division, l.number
FROM folded f FULL JOIN stored s USING (object_id)
LEFT JOIN LATERAL (
    SELECT division, number FROM trail t WHERE t.object_id = COALESCE(f.object_id, s.object_id)
    ORDER BY place DESC LIMIT 1
) AS l ON true
WHERE f.image IS DISTINCT FROM s.image LIMIT {limit}
"""


async def verify_rows(tx: Transaction, tables: Iterable[str]) -> list[Finding]:
    """Compare the rows of audited tables with the trail: `changed`, `removed` or `added` past it.

    Hidden columns are compared by digest. Of a table the first places are reported, and how many more there are.
    """
    columns: dict[str, list[Any]] = {}
    for row in await tx.rows(_COLUMNS, {"tables": sorted(tables)}):
        columns.setdefault(row.table, []).append(row)
    findings = []
    for table, found in columns.items():
        differing = await tx.rows(text(_statement(table, found)), {"table": table})
        defaults = {one.column: _constant(one.default) for one in found}
        places = [finding for row in differing if (finding := _finding(table, row, defaults)) is not None]
        findings += places[:_REPORTED]
        if len(places) > _REPORTED:
            more = f"{table}: {len(places) - _REPORTED} more rows like these"
            findings.append(Finding("-", 0, "differing", more))
    return findings


def _statement(table: str, columns: Iterable[Any]) -> str:
    key = [f'r."{one.column}"::text' for one in columns if one.key_place is not None]
    hidden = sorted({name for one in columns for name in _HIDDEN.findall(one.source or "")})
    digests = ", ".join(f"'{name}', encode(sha256(COALESCE(r.\"{name}\"::text, '')::bytea), 'hex')" for name in hidden)
    image = f"to_jsonb(r) || jsonb_build_object({digests})" if digests else "to_jsonb(r)"
    identity = " || '/' || ".join(key)
    return _COMPARED.format(identity=identity, image=image, table=f'"{table}"', limit=MOST_EXAMINED)


def _finding(table: str, row: Any, defaults: Mapping[str, Any]) -> Finding | None:
    place = row.division or "-", row.number or 0
    if row.stored is None:
        return Finding(*place, "removed", f"{table} {row.object_id} is in the trail, and the row is gone")
    if row.folded is None:
        return Finding(*place, "added", f"{table} {row.object_id} is a row that no trail has, or that it says is gone")
    wrong = [
        name
        for name in sorted({*row.folded, *row.stored})
        # A column that came later has its default in rows from before.
        if not _same(row.folded.get(name, defaults.get(name)), row.stored.get(name))
        # One that is gone is in the trail only.
        and name in defaults
    ]
    return Finding(*place, "changed", f"{table} {row.object_id}: {', '.join(wrong)} past the trail") if wrong else None


def _same(said: Any, is_now: Any) -> bool:
    """Instants in other offsets are the same."""
    if said == is_now:
        return True
    try:
        first, second = datetime.fromisoformat(said), datetime.fromisoformat(is_now)
    except (TypeError, ValueError):
        return False
    return first.tzinfo is not None and second.tzinfo is not None and first == second


def _constant(expression: str | None) -> Any:
    """A column's default, where it is a constant."""
    if expression is None:
        return None
    if expression in ("true", "false"):
        return expression == "true"
    if re.fullmatch(r"-?\d+", expression):
        return int(expression)
    quoted = re.fullmatch(r"'([^']*)'::([\w ]+(?:\[\])?)", expression)
    if quoted is None:
        return None
    empty: dict[str, Any] = {"{}": [] if quoted[2].endswith("[]") else {}, "[]": []}
    is_json = quoted[2].startswith("json") or quoted[2].endswith("[]")
    return empty.get(quoted[1], quoted[1]) if is_json else quoted[1]
