"""Values read from a database in the background, so that /metrics never waits for one."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.process import let_finish
from shared.telemetry.metrics import SAMPLED

log = structlog.get_logger(__name__)

_TIMEOUT_SECONDS = 60.0


async def _read_in_time(read: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        await read()


async def keep_sampling(
    service: str, sample: str, seconds: float, read: Callable[[], Awaitable[None]], forget: Callable[[], None]
) -> None:
    """Call `read` every `seconds`, until cancelled; it sets the gauges, and `forget` sets them to NaN when it fails.

    An old value would look like a good one while the database is unavailable. The time of the last reading starts with
    now: an alert does not fire for a series that does not exist, as it would be with a database unavailable from the
    start.
    """
    SAMPLED.labels(service, sample).set_to_current_time()
    while True:
        try:
            await let_finish(_read_in_time(read))
        except Exception as error:
            log.warning("not_sampled", service=service, sample=sample, error=type(error).__name__)
            forget()
        else:
            SAMPLED.labels(service, sample).set_to_current_time()
        await asyncio.sleep(seconds)
