"""The embedded transport: a log table with dense offsets, for one machine.

An advisory lock held to the end of the appending transaction makes offsets dense and visible in order, so a
reader with a cursor misses nothing.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import asyncpg
import orjson

from shared.bus.envelope import Message
from shared.bus.transports.log_subscription import LogSubscription
from shared.bus.transports.transport import PublishFailed
from shared.db.errors import DRIVER_ERRORS
from shared.schema.bus import LOG_TABLES_V1
from shared.urls import driver_url

_APPEND = "SELECT bus_append($1, $2, $3, $4)"


async def _keep_as_is(_: object) -> None:
    """Instead of the pool's own reset, which is a round trip: an append leaves nothing behind in its session."""


class PostgresLog:
    """A transport in a PostgreSQL database of its own (tables: `shared.schema.bus.LOG_TABLES_V1`)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        """Connect, unless it is connected already. Raises the driver's errors."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(
                driver_url(self._url), min_size=1, max_size=4, timeout=10, reset=_keep_as_is
            )

    async def close(self) -> None:
        """Disconnect."""
        if self._pool is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pool.close(), 5)

    async def ping(self) -> None:
        """See `Transport`."""
        connection = await asyncpg.connect(driver_url(self._url), timeout=3)
        await connection.close(timeout=2)

    async def ensure_topics(self, topics: Sequence[str]) -> None:
        """Create each topic; an append would create it as well."""
        async with self._connected().acquire() as connection:
            # Sorted: services that start together wait for each other instead of deadlocking.
            await connection.execute(
                "INSERT INTO bus_topics (topic) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING",
                sorted(topics),
            )

    async def publish(self, messages: Sequence[Message]) -> None:
        """Append all messages, or none. Raises PublishFailed."""
        if not messages:
            return
        try:
            async with self._connected().acquire() as connection:
                await connection.execute(
                    _APPEND,
                    [message.topic for message in messages],
                    [message.key for message in messages],
                    [_headers_text(message) for message in messages],
                    [message.value for message in messages],
                )
        except DRIVER_ERRORS as error:
            raise PublishFailed(f"{type(error).__name__}: {error}") from error

    async def subscribe(self, group: str, topics: Sequence[str]) -> LogSubscription:
        """Join a group: a member reads when no other does."""
        return LogSubscription(self._url, group, tuple(topics))

    def _connected(self) -> asyncpg.Pool:
        if self._pool is None:
            raise PublishFailed("the transport is not started")
        return self._pool


def _headers_text(message: Message) -> str:
    # jsonb holds neither NUL nor invalid UTF-8: both are replaced.
    return orjson.dumps(
        {name: value.decode("utf-8", "replace").replace("\0", "�") for name, value in message.headers.items()}
    ).decode()


async def migrate_log(url: str, *, owner: str | None = None, runtime: str | None = None) -> None:
    """Create the embedded transport's tables where they do not exist yet; `runtime` is granted access to them."""
    connection = await asyncpg.connect(driver_url(url), server_settings={"role": owner} if owner else {})
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('migrate'))")
            if await connection.fetchval("SELECT to_regclass('bus_log') IS NULL"):
                await connection.execute(LOG_TABLES_V1)
            if runtime:
                await connection.execute(
                    f"GRANT SELECT, INSERT, UPDATE, DELETE ON bus_log, bus_topics, bus_cursors TO {runtime}"
                )
    finally:
        await connection.close()
