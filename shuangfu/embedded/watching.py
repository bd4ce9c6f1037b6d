"""Keeps the embedded PostgreSQL running while `shuangfu serve` does."""

import asyncio
import time
from collections import deque

import structlog

from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import EmbeddedServerError

log = structlog.get_logger(__name__)

WATCH_SECONDS = 0.5
MOST_ENDS = 5
WITHIN_SECONDS = 300.0
"""A server that ends more often than MOST_ENDS in this time has a fault that no start mends."""


async def keep_running(server: EmbeddedPostgres) -> None:
    """Start it again whenever it has ended, until cancelled.

    Raises EmbeddedServerError where it does not start, or ends again and again.
    """
    ends: deque[float] = deque(maxlen=MOST_ENDS)
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if server.is_running():
            continue
        now = time.monotonic()
        if len(ends) == MOST_ENDS and now - ends[0] < WITHIN_SECONDS:
            raise EmbeddedServerError(f"PostgreSQL ended {MOST_ENDS + 1} times in {now - ends[0]:.0f} s: {server.log}")
        ends.append(now)
        log.warning("postgres_ended", starts="again")
        # Shielded: who cancels waits until the start is over, or a server would be left behind.
        starting = asyncio.create_task(asyncio.to_thread(server.revive))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            await starting
            raise
        log.info("postgres_started_again")
