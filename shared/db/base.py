"""One metadata per service, with constraint names that a migration can spell."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import orjson
import uuid_utils.compat
from sqlalchemy import MetaData, Table, TextClause, text
from sqlalchemy.dialects import postgresql

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_BY_TEXT = frozenset({"JSONB", "JSON"})


def new_metadata() -> MetaData:
    """Metadata of one service's tables."""
    return MetaData(naming_convention=NAMING)


def new_id() -> UUID:
    """A UUIDv7: ordered by time, so that primary keys append."""
    return uuid_utils.compat.uuid7()


def utc_now() -> datetime:
    """The current time in UTC. Actions read the clock once and pass it to rules."""
    return datetime.now(UTC)


def to_json(value: object) -> str:
    """JSON text; dates, UUIDs and decimals become strings. Raises TypeError for any other type."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    # The driver's UUID is a subclass, which orjson leaves to us.
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def type_of(table: Table, column: str) -> str:
    """PostgreSQL's name of a column's type."""
    return str(table.c[column].type.compile(dialect=_DIALECT))


@lru_cache(maxsize=256)
def insert_list(table: Table, columns: tuple[str, ...], tail: str = "") -> TextClause:
    """`INSERT … SELECT … FROM unnest(…)`: any number of rows in one statement and one plan.

    Each column is bound to a list under its own name (JSON columns to a list of JSON texts); `tail` is an
    `ON CONFLICT` and/or `RETURNING` clause. Raises TypeError for a column of arrays.
    """
    names, source, picks = _unnest(table, columns)
    return text(f"INSERT INTO {table.name} ({names}) SELECT {', '.join(picks.values())} FROM {source} {tail}")  # noqa: S608 - names of our own tables


@lru_cache(maxsize=256)
def update_list(
    table: Table, keys: tuple[str, ...], columns: tuple[str, ...], *, also: str = "", where: str = "", tail: str = ""
) -> TextClause:
    """`UPDATE … FROM unnest(…)`: any number of rows in one statement, each found by its `keys`.

    Keys and columns are bound to lists as in `insert_list`, and no key stands there twice. The table is `t`, the list
    `u`: `also` sets further columns (`version = t.version + 1`), `where` is a further condition
    (`t.sequence < u.sequence`), `tail` a `RETURNING` clause. Raises TypeError for a column of arrays.
    """
    _, source, picks = _unnest(table, (*keys, *columns))
    changes = [f'"{name}" = {picks[name]}' for name in columns] + ([also] if also else [])
    conditions = [f't."{name}" = {picks[name]}' for name in keys] + ([where] if where else [])
    return text(
        f"UPDATE {table.name} AS t SET {', '.join(changes)} FROM {source} "  # noqa: S608 - names of our own tables
        f"WHERE {' AND '.join(conditions)} {tail}"
    )


def _unnest(table: Table, columns: tuple[str, ...]) -> tuple[str, str, dict[str, str]]:
    """Quoted names, the `unnest(…) AS u(…)` that gives them, and how each is picked from it."""
    arrays, picks = [], {}
    for name in columns:
        kind = type_of(table, name)
        if kind.endswith("[]"):
            raise TypeError(f"{table.name}.{name} is {kind}: unnest would take the arrays apart")
        # The driver encodes no array of jsonb: JSON is passed as text.
        by_text = kind in _BY_TEXT
        arrays.append(f"CAST(:{name} AS {'text' if by_text else kind}[])")
        picks[name] = f'CAST(u."{name}" AS {kind})' if by_text else f'u."{name}"'
    names = ", ".join(f'"{name}"' for name in columns)
    return names, f"unnest({', '.join(arrays)}) AS u({names})", picks


def columns_of(rows: Sequence[dict[str, object]], names: Sequence[str]) -> dict[str, list[object]]:
    """Rows as one list per column, as `insert_list` binds them. Raises KeyError for a row that lacks a column."""
    return {name: [row[name] for row in rows] for name in names}
