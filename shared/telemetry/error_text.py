"""Errors as logs tell them: where, and of which kind, without the data that they quote.

PostgreSQL quotes rows and values, Pydantic its input, `int()` its argument; logs hold no personal data.
"""

import sys
import traceback
from collections.abc import Iterator

import structlog
from asyncpg import PostgresError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

_MOST_CHARACTERS = 300
_PLACES = ("table_name", "column_name", "constraint_name")


def describe_error(error: BaseException) -> str:
    """The kind of an error, and what it says, on one line; of an error that may quote data only what is no data."""
    said = " ".join(_say(error).split())[:_MOST_CHARACTERS]
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def describe_mismatch(error: ValidationError) -> str:
    """Where a value does not match its model, and how; not the values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'/'.join(map(str, one['loc']))}: {one['type']}" for one in faults)


def format_errors(_: object, __: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace `exc_info` by `exception`: each error of the chain, the first cause first (a processor of structlog)."""
    given = entry.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    error = given if isinstance(given, BaseException) else sys.exception() if given else None
    if error is not None:
        entry["exception"] = "\n".join(_told(error))
    return entry


def _told(error: BaseException) -> Iterator[str]:
    chain: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in chain:
        chain.append(found)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    for one in reversed(chain):
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(one.__traceback__)) + describe_error(one)
        for inner in one.exceptions if isinstance(one, BaseExceptionGroup) else ():
            yield from _told(inner)


def _say(error: BaseException) -> str:
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(origin, PostgresError):
        places = {name: getattr(origin, name, None) for name in _PLACES}
        return " ".join([f"sqlstate={origin.sqlstate}", *(f"{name}={told}" for name, told in places.items() if told)])
    if isinstance(error, ValidationError):
        return describe_mismatch(error)
    return "" if isinstance(error, ValueError | LookupError | DBAPIError) else str(error)
