"""Wake-ups by LISTEN/NOTIFY, on connections of their own.

Never NOTIFY inside a business transaction: its commit takes a lock on the whole database, which serializes all such
commits. A wake-up may be lost at any time; relay and consumers poll as well.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from contextvars import Context

import asyncpg
import structlog

from shared.db.errors import DRIVER_ERRORS
from shared.urls import driver_url

log = structlog.get_logger(__name__)
_COALESCE_SECONDS = 0.002
OUTBOX_CHANNEL = "outbox"
NO_WAIT = {"synchronous_commit": "off"}
"""Server settings for commits that a crash may lose: a NOTIFY, a mark, a cursor."""


class Notifier:
    """Tells listeners that something was committed; calls during one NOTIFY are combined into the next."""

    def __init__(self, url: str) -> None:
        self._url = driver_url(url)
        self._wanted: set[str] = set()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def wake(self, channels: Iterable[str]) -> None:
        """Request a NOTIFY on each channel soon; returns at once."""
        if self._closed:
            return
        self._wanted.update(channels)
        self._woken.set()
        if self._task is None or self._task.done():
            # In a context of its own: otherwise the first request's id would appear in every later log line.
            self._task = asyncio.create_task(self._run(), name="notifier", context=Context())

    async def close(self) -> None:
        """Send what is still requested, then end."""
        self._closed = True
        if self._task is not None:
            self._woken.set()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        connection: asyncpg.Connection | None = None
        try:
            while True:
                await self._woken.wait()
                self._woken.clear()
                channels, self._wanted = self._wanted, set()
                try:
                    if connection is None or connection.is_closed():
                        connection = await asyncpg.connect(self._url, timeout=5, server_settings=NO_WAIT)
                    if channels:
                        await connection.execute("; ".join(f"NOTIFY {channel}" for channel in sorted(channels)))
                except DRIVER_ERRORS as error:
                    # The row is committed in its table: polling finds it.
                    log.warning("wake_up_not_sent", error=type(error).__name__)
                    connection = None
                    await asyncio.sleep(0.2)
                if self._closed:
                    return
                # Under load a NOTIFY per commit costs more than it gains.
                await asyncio.sleep(_COALESCE_SECONDS)
        finally:
            if connection is not None:
                await connection.close(timeout=2)


class Listener:
    """Waits for wake-ups, for the polling interval at most; connects again after its connection broke."""

    def __init__(self, url: str, channel: str, payloads: frozenset[str] | None = None) -> None:
        """`payloads` are the ones to wake up for; None means any."""
        self._url = driver_url(url)
        self._channel = channel
        self._payloads = payloads
        self._woken = asyncio.Event()
        self._connection: asyncpg.Connection | None = None

    def wake(self) -> None:
        """Wake the waiter from inside the process."""
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next wake-up, or after `seconds`."""
        await self._connect()
        # Not wait_for: before Python 3.12 it swallows a cancellation that arrives together with the wake-up.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    async def _connect(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            return
        try:
            self._connection = await asyncpg.connect(self._url, timeout=5)
            await self._connection.add_listener(self._channel, self._on_notify)
            # Something may have been committed between the caller's last poll and this LISTEN.
            self._woken.set()
        except DRIVER_ERRORS as error:
            log.warning("listener_not_connected", error=type(error).__name__)
            self._connection = None

    def _on_notify(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if self._payloads is None or payload in self._payloads:
            self._woken.set()

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=2)
