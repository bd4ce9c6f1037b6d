"""The inbox: an event takes effect once for each consumer, however often it is delivered."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import text

from shared.audit.causes import name_cause
from shared.db.access import Access
from shared.db.session import Transaction

_CLAIM = text(
    "INSERT INTO inbox (event_id, consumer) SELECT u.id, :consumer FROM unnest(CAST(:ids AS uuid[])) AS u(id) "
    "ON CONFLICT DO NOTHING RETURNING event_id"
)


async def claim(tx: Transaction, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Claim events for a consumer in the handler's transaction; returns those never claimed before.

    The audit of what follows in the transaction names them: `access_for` has it do so from the first statement on.
    """
    # Sorted: two members of a group that claim the same events wait for each other instead of deadlocking.
    rows = await tx.rows(_CLAIM, {"consumer": consumer, "ids": sorted(set(event_ids))})
    claimed = {row[0] for row in rows}
    # Of those claimed before, another transaction is the cause.
    if claimed and tx.access.request_id != (cause := name_cause(claimed)):
        await tx.name_cause(cause)
    return claimed


def access_for(access: Access, event_ids: Sequence[UUID]) -> Access:
    """Who handles these events: so that a transaction's first statement names them as its cause."""
    return replace(access, request_id=name_cause(set(event_ids)))
