"""Which database errors pass by themselves."""

import asyncio

from asyncpg import PostgresConnectionError
from asyncpg.exceptions import InterfaceError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Class 08 connection, 40 serialization and deadlock, 53 out of resources, 57 operator intervention, 58 system.
_TRANSIENT_CLASSES = ("08", "40", "53", "57", "58")


def lost_to_another(error: BaseException) -> bool:
    """Whether the transaction was rolled back for another's sake (a deadlock, a serialization failure)."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "").startswith("40")


def is_transient(error: BaseException) -> bool:
    """Whether trying the same again later can succeed, whatever the data: the connection, the server, a lock.

    An error of the data itself (a constraint, a type) answers no: trying again would repeat it.
    """
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        origin = error.orig
        state = getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None) or ""
        return str(state).startswith(_TRANSIENT_CLASSES)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state.startswith(_TRANSIENT_CLASSES):
        return True
    return isinstance(error, OSError | PoolTimeout | asyncio.TimeoutError | PostgresConnectionError | InterfaceError)
