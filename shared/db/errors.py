"""Which database errors pass by themselves."""

import asyncio

from asyncpg import InterfaceError, InternalClientError, PostgresConnectionError, PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Class 08 connection, 40 serialization and deadlock, 53 out of resources, 57 operator intervention, 58 system;
# and a lock waited for too long, a transaction that stood still too long.
_TRANSIENT = ("08", "40", "53", "57", "58", "55P03", "25P03")
DRIVER_ERRORS = (OSError, TimeoutError, PostgresError, InterfaceError, InternalClientError)
"""What a connection of the driver's own may raise. The last one comes from a connection that the server ended while
it lay idle: the driver finds its own state muddled before it finds the connection closed."""


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
        return str(state).startswith(_TRANSIENT)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state.startswith(_TRANSIENT):
        return True
    lost = OSError | PoolTimeout | asyncio.TimeoutError | PostgresConnectionError | InterfaceError | InternalClientError
    return isinstance(error, lost)
