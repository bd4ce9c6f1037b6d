"""Notes moves that the version before took over: their Party organizations may have no event for years."""

import asyncio

import structlog
from sqlalchemy import text

from services.evaluation.evaluations.enrolling.enrolment import hold_back_openings
from services.evaluation.evaluations.enrolling.moving import follow_moves
from shared.db.base import utc_now
from shared.db.session import Database
from shared.process import let_finish

log = structlog.get_logger(__name__)

BATCH = 500
CHECK_SECONDS = 3600.0
_NOT_NOTED = text(
    "SELECT DISTINCT p.id FROM party_organizations p JOIN evaluations e ON e.party_organization_id = p.id "
    "WHERE p.dissolved_on IS NULL AND e.state <> 'withdrawn' "
    "AND e.moved_to IS DISTINCT FROM NULLIF(p.division, e.division) ORDER BY p.id LIMIT :batch"
)


async def note_old_moves(database: Database, *, batch: int = BATCH) -> int:
    """Let the evaluations of those that moved follow, or say where they are; a batch in a transaction.

    Returns of how many Party organizations.
    """
    done = 0
    while True:
        async with database.transaction() as tx:
            await hold_back_openings(tx)
            found = [row.id for row in await tx.rows(_NOT_NOTED, {"batch": batch})]
            await follow_moves(tx, found, utc_now())
        done += len(found)
        if len(found) < batch:
            return done


async def watch_old_moves(database: Database) -> None:
    """Look every `CHECK_SECONDS` until cancelled: while workers are replaced, the version before notes none."""

    async def once() -> None:
        if noted := await note_old_moves(database):
            log.info("old_moves_noted", party_organizations=noted)

    while True:
        try:
            await let_finish(once())
        except Exception as error:
            log.warning("old_moves_not_noted", error=type(error).__name__)
        await asyncio.sleep(CHECK_SECONDS)
