"""Reads published events from the outbox, in the order in which the relay published them."""

from typing import Any

from sqlalchemy import text

from shared.contracts.catalog import emitter_of
from shared.db.session import Transaction

_READ = text(
    "SELECT position, id, type, subject, sequence, occurred_at, division, correlation_id, causation_id, traceparent, "
    "data FROM outbox WHERE position > :after AND (CAST(:type AS text) IS NULL OR type = :type) "
    "ORDER BY position LIMIT :limit"
)


async def read_feed(
    tx: Transaction, *, after: int, event_type: str | None, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """(position, CloudEvent in JSON format) of the events after a position within the transaction's scope.

    Positions are given by the one relay that marks rows as published: unlike `seq` they become visible in order.
    """
    rows = await tx.rows(_READ, {"after": after, "type": event_type, "limit": limit})
    return [(row.position, _cloud_event(row)) for row in rows]


def _cloud_event(row: Any) -> dict[str, Any]:
    optional = {
        "division": row.division,
        "correlationid": row.correlation_id,
        "causationid": row.causation_id,
        "traceparent": row.traceparent,
    }
    return {
        "specversion": "1.0",
        "id": str(row.id),
        "type": row.type,
        "source": f"/{emitter_of(row.type)}",
        "subject": row.subject,
        "time": row.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": str(row.sequence),
        **{name: value for name, value in optional.items() if value is not None},
        "data": row.data,
    }
