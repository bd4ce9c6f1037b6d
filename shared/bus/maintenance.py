"""Maintenance of a service's database: tasks that a worker runs every hour, and never two workers at once."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Any

import structlog
from sqlalchemy import text

from shared.db.session import Database, Transaction
from shared.process import let_finish
from shared.telemetry.error_text import describe_error

log = structlog.get_logger(__name__)

MaintenanceTask = Callable[[Transaction], Awaitable[Any]]
"""One piece of maintenance, in a transaction of its own that it does not commit; one that answers `Slice.MORE` goes on
in another."""


class Slice(Enum):
    """Whether maintenance that comes in slices, so that no transaction holds many locks, has more to do now."""

    MORE = "more"
    LAST = "last"


EVERY_SECONDS = 3600.0
RETRY_SECONDS = 60.0
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")


async def keep_maintaining(service: str, database: Database, tasks: Sequence[MaintenanceTask]) -> None:
    """Run the tasks every hour, until cancelled; after a failure again a minute later.

    Neither the relay nor the bus is needed for it: publishing never waits for maintenance, and a broker that is
    unavailable for days does not stop it.
    """
    while True:
        done = await let_finish(run_tasks(service, database, tasks))
        await asyncio.sleep(EVERY_SECONDS if done else RETRY_SECONDS)


async def run_tasks(service: str, database: Database, tasks: Sequence[MaintenanceTask]) -> bool:
    """Run each task once; returns whether none of them failed. One that fails stops no other.

    A task is left out while another worker of the service is running one.
    """
    key = zlib.crc32(f"maintenance:{service}".encode())
    done = True
    for task in tasks:
        try:
            while await _run(database, key, task) is Slice.MORE:
                pass
        except Exception as error:
            log.warning("maintenance_failed", service=service, task=_name_of(task), error=describe_error(error))
            done = False
    return done


async def _run(database: Database, key: int, task: MaintenanceTask) -> Any:
    async with database.transaction() as tx:
        return await task(tx) if await tx.scalar(_TRY_LOCK, {"key": key}) else None


def _name_of(task: MaintenanceTask) -> str:
    named = getattr(task, "func", task)  # a partial has its settings bound
    return str(getattr(named, "__name__", type(named).__name__))
