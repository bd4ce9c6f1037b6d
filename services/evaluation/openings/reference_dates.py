"""Brings cycles up to date once their reference date has passed."""

import asyncio

import structlog

from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.openings.actions import bring_up_to_date
from shared.db.base import utc_now
from shared.db.session import Database
from shared.process import let_finish

log = structlog.get_logger(__name__)

CHECK_SECONDS = 600.0


async def watch_reference_dates(database: Database, consequences: Consequences) -> None:
    """Look every `CHECK_SECONDS` until cancelled; a database that is unavailable is asked again."""

    async def once() -> None:
        async with database.transaction() as tx:
            updated = await bring_up_to_date(tx, consequences, utc_now())
        if updated:
            log.info("cycles_brought_up_to_date", cycles=updated)

    while True:
        try:
            await let_finish(once())
        except Exception as error:
            log.warning("cycles_not_brought_up_to_date", error=type(error).__name__)
        await asyncio.sleep(CHECK_SECONDS)
