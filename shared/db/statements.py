"""SQL as the driver takes it: SQLAlchemy Core writes statements, asyncpg runs them, and nothing stands between.

SQLAlchemy's own execution took a third of a request's time, and two executors disagreed on what a bound value is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import BindParameter, ClauseElement, Executable, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from shared.db.base import to_json

_DIALECT = PGDialect_asyncpg(json_serializer=to_json)  # type: ignore[no-untyped-call]
_NAMED = re.compile(r"(?<![:\w\\]):([A-Za-z_]\w*)(?!:)")
_Process = Callable[[Any], Any]


class Row(asyncpg.Record):
    """A row whose columns are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """SQL with numbered places, the names of what goes there, and how values of some types are written (JSON)."""

    sql: str
    names: tuple[str, ...]
    processors: tuple[tuple[int, _Process], ...] = ()

    def arguments(self, parameters: Mapping[str, Any] | None) -> list[Any]:
        """Parameters in the order of their places. Raises KeyError for one that is missing."""
        if parameters is None:
            return []
        values = [parameters[name] for name in self.names]
        for place, process in self.processors:
            values[place] = process(values[place])
        return values


Statement = Executable | Prepared


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
    """A Core statement that has bind parameters and no values of its own, compiled once.

    Raises ValueError for values inside the statement.
    """
    prepared, given = _compile(statement)
    if given:
        raise ValueError(f"values inside the statement: {sorted(given)}")
    return prepared


def bind(statement: Statement, parameters: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    """The SQL of a statement and its arguments, as asyncpg takes them.

    Raises KeyError for a parameter that is missing, ValueError for what the driver cannot run (`IN` of a list: write
    `= ANY(:list)`; types of `text().bindparams(…)`: write a CAST into the text).
    """
    if isinstance(statement, Prepared):
        return statement.sql, statement.arguments(parameters)
    if isinstance(statement, TextClause):
        if any(_says_more_than_its_name(one) for one in statement._bindparams.values()):
            raise ValueError(f"bindparams() of a text statement: {statement.text[:100]}")
        prepared = prepare_text(statement.text)
        return prepared.sql, prepared.arguments(parameters)
    assert isinstance(statement, ClauseElement)
    prepared, given = _compile(statement)
    return prepared.sql, prepared.arguments({**given, **(parameters or {})})


def _says_more_than_its_name(parameter: BindParameter[Any]) -> bool:
    return parameter.value is not None or not parameter.type._isnull


def _compile(statement: ClauseElement) -> tuple[Prepared, Mapping[str, Any]]:
    """The statement, and the values that stand in it."""
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    names = tuple(compiled.positiontup or ())
    if any(compiled.binds[name].expanding for name in names):
        raise ValueError("a list in an IN: write `= ANY(:list)`")
    processors = [(place, compiled.binds[name].type.dialect_impl(_DIALECT)) for place, name in enumerate(names)]
    found = tuple(
        (place, process) for place, kind in processors if (process := kind.bind_processor(_DIALECT)) is not None
    )
    given = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
    return Prepared(str(compiled), names, found), given


def rows_touched(status: str) -> int:
    """The number that ends a command's status (`UPDATE 5`), 0 where there is none."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
