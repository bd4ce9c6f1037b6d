"""Seals the records of talks that an earlier version stored as they were written."""

import asyncio

import structlog

from services.evaluation.consequences import queries
from services.evaluation.consequences.talk_records import sealed_talk
from shared.db.sealing import FieldKeys
from shared.db.session import Database
from shared.process import let_finish

log = structlog.get_logger(__name__)

BATCH = 500
CHECK_SECONDS = 3600.0


async def seal_plain_talks(database: Database, keys: FieldKeys, *, batch: int = BATCH) -> int:
    """Seal every record that is plain, a batch in a transaction; returns how many. Raises TalksUnavailable."""
    done = 0
    while True:
        async with database.transaction() as tx:
            found = await queries.lock_plain_talks(tx, batch)
            await queries.save_talks(tx, {one: sealed_talk(keys, one, talk) for one, talk in found.items()})
        done += len(found)
        if len(found) < batch:
            return done


async def watch_plain_talks(database: Database, keys: FieldKeys) -> None:
    """Look every `CHECK_SECONDS` until cancelled: while APIs are replaced, those of the version before write plain."""

    async def once() -> None:
        if sealed := await seal_plain_talks(database, keys):
            log.info("talks_sealed", talks=sealed)

    while True:
        try:
            await let_finish(once())
        except Exception as error:
            log.warning("talks_not_sealed", error=type(error).__name__)
        await asyncio.sleep(CHECK_SECONDS)
