"""The relay: takes unpublished outbox rows in order, publishes, marks. One is active per service."""

import asyncio
import zlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import asyncpg
import structlog

from shared.bus.envelope import Message
from shared.bus.sending.unpublished import mark, take, to_messages
from shared.bus.transports.transport import PublishFailed, Transport
from shared.db.errors import DRIVER_ERRORS
from shared.db.wake import NO_WAIT, OUTBOX_CHANNEL, Listener
from shared.telemetry.metrics import EVENTS_PUBLISHED, PUBLISH_FAILURES, RELAY_ACTIVE
from shared.urls import driver_url

log = structlog.get_logger(__name__)
Publish = Callable[[list[Message]], Awaitable[None]]

_HOLD_SECONDS = 10.0
"""A topic that could not be written is left alone for so long, for the sake of the others."""
LEASE_SECONDS = 30.0
"""A leader that says nothing to its database for so long (stopped, or cut off) loses its session, and with it the
lock: the other relay goes on. A publish that takes longer is done again."""
_STILL_HERE = "SELECT"
"""What failed may have taken most of the lease."""
_LONG_LOOK_SECONDS, _REST = 0.01, 4
"""Under an old snapshot (a backup, a transaction left open) the index keeps every event published since, and a look
goes through them all. One that takes so long is followed by a rest of so many times that: one core of a small machine
would go into looking otherwise. What has come meanwhile goes out together."""


class Relay:
    """Moves a service's outbox to its transport.

    The advisory lock is held by the very connection that marks rows: a leader whose connection is gone cannot
    mark any more, however long it was stopped (`LEASE_SECONDS`). What it may publish twice, the inbox drops.
    """

    def __init__(
        self,
        service: str,
        url: str,
        transport: Transport,
        *,
        batch_size: int = 1000,
        poll_seconds: float = 1.0,
    ) -> None:
        self.service = service
        self._url = driver_url(url)
        self._transport = transport
        self._batch_size = batch_size
        self._poll_seconds = poll_seconds
        self._lock_key = zlib.crc32(f"relay:{service}".encode())
        self._listener = Listener(url, OUTBOX_CHANNEL)
        self._looked = 0.0
        """Seconds that the last look at the outbox took."""
        self._held: dict[str, float] = {}
        """Topics that could not be written, and until when they are left alone."""
        self.active = False
        """Whether this relay holds the lock (another one is on guard otherwise)."""
        self.failing_since: float | None = None
        RELAY_ACTIVE.labels(service).set(0)

    async def run(self) -> None:
        """Run until cancelled; any failure ends in a new connection and another try."""
        try:
            while True:
                try:
                    await self._lead()
                except DRIVER_ERRORS as error:
                    log.warning("relay_lost_database", service=self.service, error=type(error).__name__)
                    self._failed()
                except PublishFailed as error:
                    log.warning("relay_publish_failed", service=self.service, error=str(error))
                    PUBLISH_FAILURES.labels(self.service).inc()
                    self._failed()
                self._lead_is(active=False)
                await asyncio.sleep(min(self._poll_seconds, 0.5))
        finally:
            self._lead_is(active=False)
            await self._listener.close()

    def _lead_is(self, *, active: bool) -> None:
        self.active = active
        RELAY_ACTIVE.labels(self.service).set(active)

    def _failed(self) -> None:
        if self.failing_since is None:
            self.failing_since = asyncio.get_running_loop().time()

    async def _lead(self) -> None:
        # The relay moves every division's events: the system's scope, for the life of its own connection. A mark
        # that a crash loses is made again: the event is published twice, and the inbox drops the repeat.
        lease = max(LEASE_SECONDS, 3 * self._poll_seconds)
        session = {"shuangfu.scope": "%", "idle_session_timeout": str(int(lease * 1000)), **NO_WAIT}
        connection = await asyncpg.connect(self._url, timeout=10, server_settings=session)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock_key):
                self.failing_since = None
                self._held.clear()  # it is the leader's now
                await asyncio.sleep(self._poll_seconds)
            self._lead_is(active=True)
            await self._pump(connection)
        finally:
            with suppress(*DRIVER_ERRORS):
                await connection.close(timeout=2)

    async def _pump(self, connection: asyncpg.Connection) -> None:
        while True:
            moved = await self.move_batch(connection, self._transport.publish)
            if not self._held:
                self.failing_since = None
            if moved < self._batch_size:
                if self._looked > _LONG_LOOK_SECONDS:
                    await asyncio.sleep(min(_REST * self._looked, self._poll_seconds))
                # Rows that were committed since the SELECT have sent their wake-up: it is not lost, only early.
                await self._listener.wait(self._poll_seconds)

    async def move_batch(
        self,
        connection: asyncpg.Connection,
        publish: Publish,
    ) -> int:
        """Publish and mark one batch; returns how many events it held.

        Raises PublishFailed while the bus is away. A topic that cannot be written (it is gone, or a right is missing)
        holds up its own events only, and readiness says so.
        """
        started = asyncio.get_running_loop().time()
        rows = await take(connection, self._batch_size, self._left_alone())
        self._looked = asyncio.get_running_loop().time() - started
        # What failed last time may fail again, and take its time about it: after the others, and alone.
        doubtful = [row for row in rows if row["topic"] in self._held]
        sound = [row for row in rows if row["topic"] not in self._held]
        try:
            if sound:
                await self._publish(connection, publish, sound)
        except PublishFailed:
            await connection.execute(_STILL_HERE)
            if not await self._bus_answers():
                raise
            doubtful = sound + doubtful
        await self._publish_by_topic(connection, publish, doubtful)
        return len(rows)

    async def _bus_answers(self) -> bool:
        """If it does, it was a topic that failed."""
        try:
            await self._transport.ping()
        except Exception:
            return False
        return True

    async def _publish(self, connection: asyncpg.Connection, publish: Publish, rows: Sequence[asyncpg.Record]) -> None:
        await publish(to_messages(self.service, rows))
        await mark(connection, rows)
        EVENTS_PUBLISHED.labels(self.service).inc(len(rows))
        for topic in {row["topic"] for row in rows} & self._held.keys():
            del self._held[topic]

    async def _publish_by_topic(
        self,
        connection: asyncpg.Connection,
        publish: Publish,
        rows: Sequence[asyncpg.Record],
    ) -> None:
        by_topic = defaultdict(list)
        for row in rows:
            by_topic[row["topic"]].append(row)
        for topic, part in by_topic.items():
            await connection.execute(_STILL_HERE)
            try:
                await self._publish(connection, publish, part)
            except PublishFailed as error:
                log.warning("relay_topic_failed", service=self.service, topic=topic, error=str(error))
                PUBLISH_FAILURES.labels(self.service).inc()
                self._held[topic] = asyncio.get_running_loop().time() + _HOLD_SECONDS
                self._failed()

    def _left_alone(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        return [topic for topic, until in self._held.items() if until > now]
