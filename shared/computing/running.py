"""Computes waiting jobs: takes one, has it computed, and stores the answer in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from shared.computing.jobs import MAX_ATTEMPTS, Jobs
from shared.computing.process import ComputingFailed, Report
from shared.db.errors import is_transient
from shared.db.session import Database, Record
from shared.db.wake import Listener
from shared.process import let_finish
from shared.telemetry.error_text import describe_error

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")
_RENEW_SECONDS = 2.0


class Lost(Exception):  # noqa: N818
    """Another worker has the job by now."""


async def run_jobs(
    database: Database, jobs: Jobs, compute_next: Callable[[], Awaitable[bool]], *, poll_seconds: float
) -> None:
    """Compute waiting jobs, one at a time, until cancelled. Polling is the fallback for lost wake-ups."""
    listener = Listener(database.url, jobs.channel)
    try:
        while True:
            try:
                busy = await compute_next()
            except Exception as error:
                log.error("job_step_failed", jobs=jobs.table.name, error=describe_error(error))
                busy = False
                await asyncio.sleep(1)
            if not busy:
                await listener.wait(poll_seconds)
    finally:
        await listener.close()


async def take_up(database: Database, jobs: Jobs, compute: Callable[[Record], Awaitable[None]]) -> bool:
    """Compute the job that waits longest; False where none does.

    A worker that ends meanwhile leaves it to the next one, at once where it can, else when its lease is over.
    """
    async with database.transaction() as tx:
        job = await jobs.take_next(tx)
        if job is None:
            return False
        named = {"jobs": jobs.table.name, "job": str(job[jobs.key])}
        if job["attempts"] > MAX_ATTEMPTS:
            log.error("job_given_up", **named)
            await jobs.fail(tx, job, "given_up")
            return True
    try:
        await compute(job)
    except Lost:
        log.warning("job_lost", **named)
    except ComputingFailed as error:
        log.error("job_failed", slow=error.slow, **named)
        async with database.transaction() as tx:
            # Whatever ended the process may not end the next one; what took too long will do so again.
            await (jobs.fail(tx, job, "too_slow") if error.slow else jobs.release(tx, job, counted=True))
    except BaseException as error:
        counted = not (isinstance(error, asyncio.CancelledError) or is_transient(error))
        await let_finish(_release(database, jobs, job, counted=counted))
        raise
    return True


async def keep_while(
    database: Database, jobs: Jobs, job: Record, counted: int, compute: Callable[[Report], Awaitable[Answer]]
) -> Answer:
    """What `compute` answers; the job is kept meanwhile, with what is settled. Raises Lost, and what `compute` does."""
    settled = 0

    def report(found: int) -> None:
        nonlocal settled
        settled = found

    work = asyncio.ensure_future(compute(report))
    try:
        while not work.done():
            async with database.transaction() as tx:
                if not await jobs.renew(tx, job, counted=counted, settled=settled):
                    raise Lost
            await asyncio.wait({work}, timeout=_RENEW_SECONDS)
        return await work
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _release(database: Database, jobs: Jobs, job: Record, *, counted: bool) -> None:
    async with database.transaction() as tx:
        await jobs.release(tx, job, counted=counted)
