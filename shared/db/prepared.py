"""Statements whose text never changes go straight to the driver: a third of a request's time was the way there.

SQLAlchemy still writes them (Core) and still keeps the connection; only its execution is passed by.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import ClauseElement
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_NAMED = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)(?!:)")


class Row(asyncpg.Record):
    """A row whose columns are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """SQL with numbered places, and the names of what goes there."""

    sql: str
    names: tuple[str, ...]

    def arguments(self, parameters: Mapping[str, Any] | None) -> list[Any]:
        """Parameters in the order of their places. Raises KeyError for one that is missing."""
        return [parameters[name] for name in self.names] if parameters is not None else []


@lru_cache(maxsize=2048)
def prepare_text(sql: str) -> Prepared:
    """`:name` parameters of a text statement as numbered ones."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return Prepared(_NAMED.sub(number, sql), tuple(names))


def prepare(statement: ClauseElement) -> Prepared:
    """A Core statement that has bind parameters and no values of its own, compiled once."""
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    values = [name for name, value in compiled.params.items() if value is not None]
    if values:
        raise ValueError(f"values inside the statement: {values}")
    return Prepared(str(compiled), tuple(compiled.positiontup or ()))


def rows_touched(status: str) -> int:
    """The number that ends a command's status (`UPDATE 5`), 0 where there is none."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
