"""Keeps the projection of how commended Party organizations are managed (H27-H29)."""

from collections.abc import Sequence
from typing import Any

from services.registry.managements import queries
from shared.bus.handlers import Received
from shared.contracts.evaluation import SelectionCommended
from shared.db.base import to_json
from shared.db.session import Transaction

_FROM_PAYLOAD = tuple(name for name in queries.COLUMNS if name not in ("reasons", "sequence"))


async def take_over(tx: Transaction, events: Sequence[Received[SelectionCommended]]) -> None:
    """Write what is newer than what is stored. A replay calls this alone."""
    newest: dict[Any, Received[SelectionCommended]] = {}
    for event in events:
        known = newest.get(event.data.id)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.data.id] = event
    rows = [
        {name: getattr(event.data, name) for name in _FROM_PAYLOAD}
        | {
            "reasons": to_json([reason.model_dump(mode="json") for reason in event.data.reasons]),
            "sequence": event.envelope.sequence,
        }
        for _, event in sorted(newest.items())
    ]
    await queries.upsert(tx, rows)
