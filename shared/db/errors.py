"""Which database errors are transient."""

import asyncio

from asyncpg import InterfaceError, InternalClientError, PostgresConnectionError, PostgresError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Classes 08 connection, 40 serialization and deadlock, 53 out of resources, 57 operator intervention, 58 system;
# 55P03 lock timeout, 25P03 idle-in-transaction timeout.
_TRANSIENT = ("08", "40", "53", "57", "58", "55P03", "25P03")
DRIVER_ERRORS = (OSError, TimeoutError, PostgresError, InterfaceError, InternalClientError)
"""What a driver connection may raise. InternalClientError comes from a connection that the server ended while it was
idle: the driver sees its own state inconsistent before it sees that the connection is closed."""


def lost_to_another(error: BaseException) -> bool:
    """Whether the transaction was the victim of a deadlock or a serialization failure."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "").startswith("40")


def is_transient(error: BaseException) -> bool:
    """Whether a retry can succeed with the same data: the cause was the connection, the server or a lock.

    An error in the data (a constraint, a type) is not transient: a retry would repeat it.
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
