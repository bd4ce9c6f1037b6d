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
from shared.telemetry.error_text import describe_error
from shared.telemetry.metrics import EVENTS_PUBLISHED, PUBLISH_FAILURES, RELAY_ACTIVE
from shared.urls import driver_url

log = structlog.get_logger(__name__)
Publish = Callable[[list[Message]], Awaitable[None]]

_HOLD_SECONDS = 10.0
"""Pause before a topic that could not be written is tried again, so that it does not delay the others."""
LEASE_SECONDS = 30.0
"""A leader that sends nothing to its database for this long (stopped, or cut off) loses its session, and with it the
lock: a standby takes over. A publish that takes longer is repeated."""
_KEEP_LEASE = "SELECT"
"""Renews the lease: the failure may have used up most of it."""
_SLOW_POLL_SECONDS, _PAUSES = 0.01, 4
"""Under an old snapshot (a backup, a transaction left open) the index keeps every event published since, and a poll
reads them all. After one that took longer than `_SLOW_POLL_SECONDS` the relay pauses for `_PAUSES` times as long:
otherwise polling would use up one core of a small machine. Events committed meanwhile are published together."""


class Relay:
    """Moves a service's outbox to its transport.

    The advisory lock is held by the very connection that marks rows: a leader that has lost its connection cannot
    mark any more, however long it was stopped (`LEASE_SECONDS`). The inbox drops what it may publish twice.
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
        self._poll_took = 0.0
        """Seconds that the last poll of the outbox took."""
        self._held: dict[str, float] = {}
        """Topics that could not be written, and when each may be tried again."""
        self.active = False
        """Whether this relay holds the lock; a standby otherwise."""
        self.failing_since: float | None = None
        RELAY_ACTIVE.labels(service).set(0)

    async def run(self) -> None:
        """Run until cancelled; after any failure with a new connection."""
        try:
            while True:
                try:
                    await self._lead()
                except DRIVER_ERRORS as error:
                    log.warning("relay_lost_database", service=self.service, error=type(error).__name__)
                    self._failed()
                except PublishFailed as error:
                    log.warning("relay_publish_failed", service=self.service, error=describe_error(error))
                    PUBLISH_FAILURES.labels(self.service).inc()
                    self._failed()
                self._set_active(active=False)
                await asyncio.sleep(min(self._poll_seconds, 0.5))
        finally:
            self._set_active(active=False)
            await self._listener.close()

    def _set_active(self, *, active: bool) -> None:
        self.active = active
        RELAY_ACTIVE.labels(self.service).set(active)

    def _failed(self) -> None:
        if self.failing_since is None:
            self.failing_since = asyncio.get_running_loop().time()

    async def _lead(self) -> None:
        # The relay moves every division's events: the system's scope, for the life of its own connection. If we crash
        # after publishing but before marking, the event is published again; the inbox drops the duplicate.
        lease = max(LEASE_SECONDS, 3 * self._poll_seconds)
        session = {"shuangfu.scope": "%", "idle_session_timeout": str(int(lease * 1000)), **NO_WAIT}
        connection = await asyncpg.connect(self._url, timeout=10, server_settings=session)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", self._lock_key):
                self.failing_since = None
                self._held.clear()  # they are the leader's now
                await asyncio.sleep(self._poll_seconds)
            self._set_active(active=True)
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
                if self._poll_took > _SLOW_POLL_SECONDS:
                    await asyncio.sleep(min(_PAUSES * self._poll_took, self._poll_seconds))
                # Rows committed since the SELECT have sent their wake-up already: it is kept until this wait.
                await self._listener.wait(self._poll_seconds)

    async def move_batch(
        self,
        connection: asyncpg.Connection,
        publish: Publish,
    ) -> int:
        """Publish and mark one batch; returns how many events it had.

        Raises PublishFailed while the bus is unavailable. A topic that cannot be written (it does not exist, or a
        right is missing) delays its own events only, and readiness fails.
        """
        started = asyncio.get_running_loop().time()
        rows = await take(connection, self._batch_size, self._held_topics())
        self._poll_took = asyncio.get_running_loop().time() - started
        # What failed last time may fail again, and slowly: it goes after the others, topic by topic.
        doubtful = [row for row in rows if row["topic"] in self._held]
        sound = [row for row in rows if row["topic"] not in self._held]
        try:
            if sound:
                await self._publish(connection, publish, sound)
        except PublishFailed:
            await connection.execute(_KEEP_LEASE)
            if not await self._bus_answers():
                raise
            doubtful = sound + doubtful
        await self._publish_by_topic(connection, publish, doubtful)
        return len(rows)

    async def _bus_answers(self) -> bool:
        """If it does, only a topic failed."""
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
            await connection.execute(_KEEP_LEASE)
            try:
                await self._publish(connection, publish, part)
            except PublishFailed as error:
                log.warning("relay_topic_failed", service=self.service, topic=topic, error=describe_error(error))
                PUBLISH_FAILURES.labels(self.service).inc()
                self._held[topic] = asyncio.get_running_loop().time() + _HOLD_SECONDS
                self._failed()

    def _held_topics(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        return [topic for topic, until in self._held.items() if until > now]
