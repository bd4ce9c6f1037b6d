"""A member of a consumer group of the embedded transport: only the member that holds the group's lock reads."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg
import orjson

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.transport import BatchLost, Position
from shared.db.errors import DRIVER_ERRORS
from shared.db.wake import NO_WAIT, Listener
from shared.urls import driver_url

CHANNEL = "bus"

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
_POSITION = """
SELECT COALESCE(sum(t.next_offset - COALESCE(c."offset", 0)), 0), COALESCE(sum(COALESCE(c."offset", 0)), 0)
FROM bus_topics t LEFT JOIN bus_cursors c ON c.topic = t.topic AND c.consumer_group = $1
WHERE t.topic = ANY($2::text[])
"""
_ASK_SECONDS = 10


class LogSubscription:
    """A member of a group. Its connection holds the group's lock, so a commit of its cursor proves the lock."""

    def __init__(self, url: str, group: str, topics: tuple[str, ...]) -> None:
        self._url = url
        self._group = group
        self._topics = topics
        self._lock_key = zlib.crc32(f"group:{group}".encode())
        self._listener = Listener(url, CHANNEL, frozenset(topics))
        self._connection: asyncpg.Connection | None = None
        self._asking: asyncpg.Connection | None = None
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
        # If a crash loses a cursor, we go on from the one before: the inbox drops what was handled already.
        connection = await asyncpg.connect(driver_url(self._url), timeout=10, server_settings=NO_WAIT)
        try:
            if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock_key):
                await connection.close()
                return False
            rows = await connection.fetch(
                'SELECT topic, "offset" FROM bus_cursors WHERE consumer_group = $1', self._group
            )
        except BaseException:
            # Left open it would keep the group's lock, and no member could read any more.
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
        """See `Subscription`. On a connection of its own, which is kept: the group's may be in use, and a new one every
        other second would cost more than all else of a service that has nothing to do."""
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                if self._asking is None or self._asking.is_closed():
                    self._asking = await asyncpg.connect(driver_url(self._url), timeout=_ASK_SECONDS)
                row = await self._asking.fetchrow(_POSITION, self._group, list(self._topics))
        except BaseException:
            # Whatever it waits for, the next poll does not wait for it too.
            self._stop_asking()
            raise
        assert row is not None
        return Position(int(row[0]), int(row[1]))

    def _stop_asking(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.terminate()

    async def close(self) -> None:
        """Leave the group: the next member takes over at once."""
        self._stop_asking()
        await self._listener.close()
        await self._drop_connection()

    async def _drop_connection(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*DRIVER_ERRORS):
                await connection.close(timeout=2)
