"""The inbox: an event takes effect once for each consumer, however often it is delivered."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.audit.causes import name_cause
from shared.db.session import Transaction

_CLAIM = text(
    "INSERT INTO inbox (event_id, consumer) SELECT u.id, :consumer FROM unnest(CAST(:ids AS uuid[])) AS u(id) "
    "ON CONFLICT DO NOTHING RETURNING event_id"
)


async def claim(tx: Transaction, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Claim events for a consumer in the handler's transaction; returns those never claimed before.

    The audit of what follows in the transaction names them.
    """
    # Sorted: two members of a group that claim the same events wait for each other instead of deadlocking.
    rows = await tx.rows(_CLAIM, {"consumer": consumer, "ids": sorted(set(event_ids))})
    claimed = {row[0] for row in rows}
    if claimed:
        await tx.name_cause(name_cause(claimed))
    return claimed
