"""The embedded transport: a log table with dense offsets, for one machine.

An advisory lock held to the end of the appending transaction makes offsets dense and visible in order, so a
reader with a cursor misses nothing. Each group reads by one member at a time, whoever holds its lock.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import orjson

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.transport import BatchLost, Position, PublishFailed
from shared.db.errors import DRIVER_ERRORS
from shared.db.wake import NO_WAIT, Listener
from shared.schema.bus import LOG_TABLES_V1
from shared.urls import driver_url

CHANNEL = "bus"

_APPEND = "SELECT bus_append($1, $2, $3, $4)"
_READ = """
SELECT l.topic, l."offset", l.seq, l.key, CAST(l.headers AS text) AS headers, l.value
FROM unnest($1::text[], $2::bigint[]) AS c(topic, place)
CROSS JOIN LATERAL (
    SELECT * FROM bus_log WHERE topic = c.topic AND "offset" >= c.place ORDER BY "offset" LIMIT $3
) AS l
ORDER BY l.seq LIMIT $3
"""
_COMMIT = """
INSERT INTO bus_cursors (consumer_group, topic, "offset") SELECT $1, u.topic, u.place
FROM unnest($2::text[], $3::bigint[]) AS u(topic, place)
ON CONFLICT (consumer_group, topic) DO UPDATE SET "offset" = excluded."offset"
"""


async def _keep_as_is(_: object) -> None:
    """The pool's own reset is a round trip; an append leaves nothing behind in its session."""


class PostgresLog:
    """A transport in a PostgreSQL database of its own (tables: `shared.schema.bus.LOG_TABLES_V1`)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: asyncpg.Pool | None = None

    async def start(self) -> None:
        """Connect; once is enough, however often it is tried."""
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
        """Make each topic known; an append to an unknown one would make it as well."""
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

    async def subscribe(self, group: str, topics: Sequence[str]) -> "LogSubscription":
        """Join a group: read when no other member does."""
        return LogSubscription(self._url, group, tuple(topics))

    def _connected(self) -> asyncpg.Pool:
        if self._pool is None:
            raise PublishFailed("the transport is not started")
        return self._pool


class LogSubscription:
    """A member of a group. Its connection holds the group's lock, so a commit of its cursor proves the lock."""

    def __init__(self, url: str, group: str, topics: tuple[str, ...]) -> None:
        self._url = url
        self._group = group
        self._topics = topics
        self._lock_key = zlib.crc32(f"group:{group}".encode())
        self._listener = Listener(url, CHANNEL, frozenset(topics))
        self._connection: asyncpg.Connection | None = None
        self._cursors: dict[str, int] = {}

    @asynccontextmanager
    async def next_batch(self, limit: int, wait_seconds: float) -> AsyncIterator[Sequence[Delivered]]:
        """See `Subscription`."""
        rows = await self._read(limit, wait_seconds)
        yield [
            Delivered(
                Message(
                    row["topic"],
                    row["key"],
                    {name: value.encode() for name, value in orjson.loads(row["headers"]).items()},
                    row["value"],
                ),
                0,
                row["offset"],
            )
            for row in rows
        ]
        if rows:
            await self._commit({row["topic"]: row["offset"] + 1 for row in rows})

    async def _read(self, limit: int, wait_seconds: float) -> list[asyncpg.Record]:
        if not await self._lead():
            await asyncio.sleep(min(wait_seconds, 0.5))
            return []
        rows = await self._fetch(limit)
        if not rows:
            await self._listener.wait(wait_seconds)
            rows = await self._fetch(limit)
        return rows

    async def _fetch(self, limit: int) -> list[asyncpg.Record]:
        assert self._connection is not None
        rows: list[asyncpg.Record] = await self._connection.fetch(
            _READ, list(self._cursors), list(self._cursors.values()), limit
        )
        return rows

    async def _lead(self) -> bool:
        if self._connection is not None and not self._connection.is_closed():
            return True
        # A cursor that a crash loses comes again from the one before: the inbox drops what was handled.
        connection = await asyncpg.connect(driver_url(self._url), timeout=10, server_settings=NO_WAIT)
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock_key):
                await connection.close()
                return False
            rows = await connection.fetch(
                'SELECT topic, "offset" FROM bus_cursors WHERE consumer_group = $1', self._group
            )
        except BaseException:
            # Left open it would keep the group's lock, and nobody would read for the group any more.
            connection.terminate()
            raise
        self._connection = connection
        found = {row["topic"]: row["offset"] for row in rows}
        self._cursors = {topic: found.get(topic, 0) for topic in self._topics}
        return True

    async def _commit(self, cursors: dict[str, int]) -> None:
        assert self._connection is not None
        try:
            await self._connection.execute(_COMMIT, self._group, list(cursors), list(cursors.values()))
        except DRIVER_ERRORS as error:
            await self._drop_connection()
            raise BatchLost(f"{type(error).__name__}: {error}") from error
        self._cursors.update(cursors)

    async def position(self) -> Position:
        """See `Subscription`. Asked on a connection of its own: the group's may be at work."""
        connection = await asyncpg.connect(driver_url(self._url), timeout=10)
        try:
            row = await connection.fetchrow(
                'SELECT COALESCE(sum(t.next_offset - COALESCE(c."offset", 0)), 0), '
                'COALESCE(sum(COALESCE(c."offset", 0)), 0) '
                "FROM bus_topics t LEFT JOIN bus_cursors c ON c.topic = t.topic AND c.consumer_group = $1 "
                "WHERE t.topic = ANY($2::text[])",
                self._group,
                list(self._topics),
            )
        finally:
            await connection.close()
        assert row is not None
        return Position(int(row[0]), int(row[1]))

    async def close(self) -> None:
        """Leave: the next member takes over at once."""
        await self._listener.close()
        await self._drop_connection()

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*DRIVER_ERRORS):
                await connection.close(timeout=2)


def _headers_text(message: Message) -> str:
    # jsonb holds no NUL and no broken UTF-8; headers that are none are shown as far as they can be.
    return orjson.dumps(
        {name: value.decode("utf-8", "replace").replace("\0", "�") for name, value in message.headers.items()}
    ).decode()


async def migrate_log(url: str, *, owner: str | None = None, runtime: str | None = None) -> None:
    """Make the embedded transport's tables where they are not there yet; `runtime` may work in them."""
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
