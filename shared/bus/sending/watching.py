"""Long polls of the feed: who waits for events holds no connection, and all of a process share one poll."""

import asyncio
from contextlib import suppress
from contextvars import Context

import structlog
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.sending.feed import last_position
from shared.db.access import system_access
from shared.db.errors import DRIVER_ERRORS
from shared.db.session import Database

log = structlog.get_logger(__name__)
_POLL_SECONDS = 0.5


class FeedWatch:
    """Wakes those who wait when anything more is published. It polls only while somebody waits."""

    def __init__(self, database: Database, service: str, *, most: int) -> None:
        """At most `most` wait at once; whoever comes besides does not wait."""
        self._database = database
        self._access = system_access(service, "feed")
        self._most = most
        self._waiting = 0
        self._position = 0
        self._published = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def wait(self, seen: int, seconds: float) -> bool:
        """Wait until something is published after the position `seen`, up to `seconds`; whether there may be."""
        if self._waiting >= self._most:
            return False
        self._waiting += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while self._position <= seen:
                        if self._task is None or self._task.done():
                            self._task = asyncio.create_task(self._poll(), name="feed-watch", context=Context())
                        await self._published.wait()
                    return True
            return False
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the poll."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _poll(self) -> None:
        while self._waiting:
            try:
                async with self._database.transaction(self._access) as tx:
                    position = await last_position(tx)
            except (*DRIVER_ERRORS, PoolTimeout) as error:
                # Those who wait answer an empty page in time.
                log.warning("feed_not_watched", error=type(error).__name__)
                position = self._position
            if position > self._position:
                self._position = position
                self._published.set()
                self._published = asyncio.Event()
            await asyncio.sleep(_POLL_SECONDS)
