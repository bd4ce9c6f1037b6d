"""Reads published events from the outbox, in the order in which the relay published them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import text

from shared.contracts.catalog import CATALOG, DEPARTURES, emitter_of
from shared.db.session import Transaction

Item = tuple[int, dict[str, Any] | None]
"""A position, and the CloudEvent there; None where it holds nothing for this reader."""

_COLUMNS = (
    "position, id, type, subject, sequence, occurred_at, division, correlation_id, causation_id, traceparent, data"
)
# One statement, and so one snapshot: what is published between two would be passed over by one of them.
_READ = text(
    f"WITH own AS (SELECT {_COLUMNS} FROM outbox WHERE position > :after "  # noqa: S608 - fixed names
    "AND (CAST(:type AS text) IS NULL OR type = :type) ORDER BY position LIMIT :limit) "
    f"SELECT {_COLUMNS} FROM own UNION ALL SELECT {_COLUMNS} FROM outbox_concerning(:after, "
    f"(SELECT CASE WHEN count(*) < :limit THEN {2**63 - 1} ELSE max(position) END FROM own), "
    "CAST(:concerning AS text[]), CAST(:limit AS integer)) ORDER BY position LIMIT :limit"
)
_LAST = text("SELECT max(position) FROM outbox")


async def read_feed(tx: Transaction, *, after: int, event_type: str | None, limit: int) -> list[Item]:
    """The next `limit` positions after a position within the transaction's scope, fewer where there are no more.

    Positions are given by the one relay that marks rows as published: unlike `seq` they become visible in order. An
    event of another division that concerns one of the scope's is among them, as its contract narrows it.
    """
    rows = await tx.rows(
        _READ, {"after": after, "type": event_type, "limit": limit, "concerning": _narrowed_into(event_type)}
    )
    return [(row.position, _show(tx, row, event_type)) for row in rows]


async def last_position(tx: Transaction) -> int:
    """The position of the last published event of any division; 0 without one.

    What is published was committed before: rows read after this, in the same transaction or later, contain it.
    """
    async with tx.system_scope():
        return await tx.scalar(_LAST) or 0


def _narrowed_into(event_type: str | None) -> Sequence[str]:
    """The types of events that may be shown as this type to other divisions than their own; any for None."""
    return [
        kind
        for kind, payload in CATALOG.items()
        if event_type in (None, kind) or (payload.LEFT is not None and event_type == payload.LEFT.TYPE)
    ]


def _show(tx: Transaction, row: Any, wanted: str | None) -> dict[str, Any] | None:
    payload = CATALOG.get(row.type)
    shown = (row.type, row.data) if payload is None else payload.narrow(row.data, tx.access.reaches)
    if shown is None or wanted not in (None, shown[0]):
        return None
    kind, data = shown
    event = {
        "specversion": "1.0",
        "id": str(row.id),
        "type": kind,
        "source": f"/{emitter_of(kind)}",
        "subject": row.subject,
        "time": row.occurred_at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": str(row.sequence),
    }
    if kind in DEPARTURES:
        # An event of its own, which says neither where the subject went nor why.
        return {**event, "id": str(uuid5(UUID(str(row.id)), kind)), "data": data}
    optional = {
        "division": row.division,
        "correlationid": row.correlation_id,
        "causationid": row.causation_id,
        "traceparent": row.traceparent,
    }
    return {**event, **{name: value for name, value in optional.items() if value is not None}, "data": data}
