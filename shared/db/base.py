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
    """The instant, in UTC. Actions read the clock once and hand it to rules."""
    return datetime.now(UTC)


def to_json(value: object) -> str:
    """JSON text of dates, UUIDs and decimals too."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: object) -> str:
    # The driver's UUID is a subclass, which orjson leaves to us.
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


@lru_cache(maxsize=256)
def insert_list(table: Table, columns: tuple[str, ...], tail: str = "") -> TextClause:
    """`INSERT … SELECT … FROM unnest(…)`: any number of rows in one statement and one plan.

    Each column is bound to a list under its own name (JSON columns to a list of JSON texts); `tail` is an
    `ON CONFLICT` and/or `RETURNING` clause.
    """
    names, arrays, picks = [], [], []
    for name in columns:
        kind = table.c[name].type.compile(dialect=_DIALECT)
        by_text = kind in _BY_TEXT
        names.append(f'"{name}"')
        arrays.append(f"CAST(:{name} AS {'text' if by_text else kind}[])")
        picks.append(f'CAST(u."{name}" AS {kind})' if by_text else f'u."{name}"')
    return text(
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(picks)} "  # noqa: S608 - names of our own tables
        f"FROM unnest({', '.join(arrays)}) AS u({', '.join(names)}) {tail}"
    )


@lru_cache(maxsize=256)
def insert_row(table: Table, columns: tuple[str, ...], tail: str = "") -> TextClause:
    """The same for a single row, bound to its values: arrays of one cost both sides more than the row itself."""
    kinds = {name: table.c[name].type.compile(dialect=_DIALECT) for name in columns}
    return text(
        f"INSERT INTO {table.name} ({', '.join(columns)}) "  # noqa: S608 - our own names
        f"VALUES ({', '.join(f'CAST(:{name} AS {kind})' for name, kind in kinds.items())}) {tail}"
    )


def columns_of(rows: Sequence[dict[str, object]], names: Sequence[str]) -> dict[str, list[object]]:
    """Rows turned into one list a column, as `insert_list` binds them."""
    return {name: [row[name] for row in rows] for name in names}
