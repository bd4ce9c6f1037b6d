"""Keeps the projection of closed rectifications."""

from collections.abc import Sequence

from services.funding.rectifications import queries
from shared.bus.handlers import Received
from shared.contracts.evaluation import RectificationClosed
from shared.db.session import Record, Transaction


async def take_over(
    tx: Transaction, events: Sequence[Received[RectificationClosed]]
) -> list[Received[RectificationClosed]]:
    """Write what is newer than what is stored; returns the events that were news. A replay calls this alone."""
    newest: dict[object, Received[RectificationClosed]] = {}
    for event in events:
        known = newest.get(event.data.id)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.data.id] = event
    written = await queries.upsert(
        tx, [_row(event) for _, event in sorted(newest.items(), key=lambda one: str(one[0]))]
    )
    return [event for event in newest.values() if event.data.id in written]


def _row(event: Received[RectificationClosed]) -> Record:
    data = event.data
    row: Record = {name: getattr(data, name) for name in queries.COLUMNS if name != "sequence"}
    return row | {"sequence": event.envelope.sequence}
