"""SQL as the driver takes it: SQLAlchemy Core writes statements, asyncpg runs them, and nothing stands between.

SQLAlchemy's own execution took a third of a request's time, and two executors disagreed on what a bound value is.
Values are written as their column's type says (JSON); what comes back is as the driver reads it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import BindParameter, ClauseElement, Executable, TextClause
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

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
        given = parameters or {}
        values = [given[name] for name in self.names]
        for place, process in self.processors:
            values[place] = process(values[place])
        return values


Statement = Executable | Prepared


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """What statements of one form share, and where each finds its own values: places among its cache key's."""

    prepared: Prepared
    places: tuple[tuple[str, int], ...]


_compiled: LRUCache[tuple[Any, ...], _Compiled] = LRUCache(512)
"""By SQLAlchemy's cache key: compiling a query of a few columns takes as long as running it."""


@lru_cache(maxsize=2048)
def prepare_text(sql: str) -> Prepared:
    """`:name` parameters of a text statement as numbered ones; `\\:` is a colon."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return Prepared(_NAMED.sub(number, sql).replace("\\:", ":"), tuple(names))


@lru_cache(maxsize=2048)
def _prepare_clause(statement: TextClause) -> Prepared:
    if any(_has_more_than_a_name(parameter) for parameter in statement._bindparams.values()):
        raise ValueError(f"bindparams() of a text statement: {statement.text[:100]}")
    return prepare_text(statement.text)


def _has_more_than_a_name(parameter: BindParameter[Any]) -> bool:
    return not parameter.required or parameter.expanding or not parameter.type._isnull


def prepare(statement: ClauseElement) -> Prepared:
    """A Core statement that has bind parameters and no values of its own, compiled once.

    Raises ValueError for values inside the statement, and as `bind` does.
    """
    prepared, values = _compile(statement)
    if values:
        raise ValueError(f"values inside the statement: {sorted(values)}")
    return prepared


def bind(statement: Statement, parameters: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    """The SQL of a statement and its arguments, as asyncpg takes them.

    Raises KeyError for a parameter that is missing, ValueError for what the driver cannot run: `IN` of a list (write
    `= ANY(:list)`), a column's default in Python, types or values of `text().bindparams(…)` (write a CAST into the
    text, give values with the call).
    """
    if isinstance(statement, Prepared):
        return statement.sql, statement.arguments(parameters)
    if isinstance(statement, TextClause):
        prepared = _prepare_clause(statement)
        return prepared.sql, prepared.arguments(parameters)
    assert isinstance(statement, ClauseElement)
    prepared, values = _compile(statement)
    return prepared.sql, prepared.arguments({**values, **(parameters or {})})


def _compile(statement: ClauseElement) -> tuple[Prepared, dict[str, Any]]:
    """The statement, and the values that stand in it."""
    key = statement._generate_cache_key()
    if key is None:
        raise ValueError(f"a statement without a cache key: {statement}")
    found = _compiled.get(key.key)
    if found is None:
        found = _compiled[key.key] = _compile_form(statement, key)
    # Whether a value must still come is not part of the key.
    binds = ((name, key.bindparams[place]) for name, place in found.places)
    values = {name: parameter.effective_value for name, parameter in binds if not parameter.required}
    return found.prepared, {**values, **(key.params or {})}


def _compile_form(statement: ClauseElement, key: CacheKey) -> _Compiled:
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    names = tuple(compiled.positiontup or ())
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise ValueError("a list in an IN: write `= ANY(:list)`")
    if compiled.prefetch:
        raise ValueError(f"a default in Python: {[column.name for column in compiled.prefetch]}")
    kinds = [compiled.binds[name].type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name in names]
    processors = tuple((place, process) for place, process in enumerate(kinds) if process is not None)
    # Compiling clones some of the parameters (those of INSERT and UPDATE); their keys stay.
    place_of = {parameter.key: place for place, parameter in enumerate(key.bindparams)}
    keys = [(name, compiled.binds[name].key) for name in names]
    places = tuple((name, place_of[one]) for name, one in keys if one in place_of)
    return _Compiled(Prepared(str(compiled), names, processors), places)


def rows_touched(status: str) -> int:
    """The number that ends a command's status (`UPDATE 5`), 0 where there is none."""
    count = status.rpartition(" ")[2]
    return int(count) if count.isdigit() else 0
