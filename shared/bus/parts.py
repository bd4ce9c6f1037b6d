"""What a worker depends on, polled on separate connections: has the worker stalled, or what it needs?"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog

from shared.bus.receiving.progress import Progress
from shared.bus.transports.transport import Transport
from shared.db.session import Database
from shared.process import let_finish
from shared.telemetry.metrics import PART_UP
from shared.urls import driver_url

log = structlog.get_logger(__name__)
_ANSWER_SECONDS = 4.0


class Parts:
    """Bus and database of one worker: which of them is unavailable, and why."""

    def __init__(self, service: str, transport: Transport, database: Database) -> None:
        self._service = service
        self._database = database
        self._asked: dict[str, Callable[[], Awaitable[None]]] = {"bus": transport.ping, "database": self._ask_database}
        self.unavailable: dict[str, str] = {}
        """Parts that did not answer the last poll, each with the error's name."""

    async def watch(self, progress: Progress, every_seconds: float) -> None:
        """Poll until cancelled.

        A consumer cannot advance while one of them is unavailable, and a restart would not help: that time does not
        count as a stall. A consumer that does not advance while both answer has stalled.
        """
        while True:
            await let_finish(self._ask_all())
            if self.unavailable:
                progress.excuse()
            await asyncio.sleep(every_seconds)

    async def _ask_all(self) -> None:
        await asyncio.gather(*(self._ask(part, ask) for part, ask in self._asked.items()))

    async def _ask(self, part: str, ask: Callable[[], Awaitable[None]]) -> None:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await ask()
        except Exception as error:
            name = type(error).__name__
            if self.unavailable.get(part) != name:
                log.warning("part_unavailable", service=self._service, part=part, error=name)
            self.unavailable[part] = name
        else:
            if self.unavailable.pop(part, None) is not None:
                log.info("part_back", service=self._service, part=part)
        PART_UP.labels(self._service, part).set(part not in self.unavailable)

    async def _ask_database(self) -> None:
        # Not from the pool: an exhausted pool is the worker's own fault, not the database's.
        connection = await asyncpg.connect(driver_url(self._database.url), timeout=3)
        await connection.close(timeout=2)
