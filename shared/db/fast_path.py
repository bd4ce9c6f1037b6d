"""The SQL half of the hottest route's fast path: a single row is inserted by its values.

`insert_list` with one row does the same, but encoding and unnesting arrays of one costs more than the row itself.
"""

from functools import lru_cache

from sqlalchemy import Table, TextClause, text

from shared.db.base import type_of


@lru_cache(maxsize=256)
def insert_row(table: Table, columns: tuple[str, ...], tail: str = "") -> TextClause:
    """`INSERT … VALUES (…)` of one row; `tail` is an `ON CONFLICT` and/or `RETURNING` clause."""
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(f"CAST(:{name} AS {type_of(table, name)})" for name in columns)
    return text(f"INSERT INTO {table.name} ({names}) VALUES ({values}) {tail}")  # noqa: S608 - our own names
