"""Keeps the projection of what ratings mean for organizations."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.published_standings import queries
from shared.bus.handlers import Received
from shared.contracts.evaluation import StandingChanged
from shared.db.base import to_json
from shared.db.session import Record, Transaction

_FROM_PAYLOAD = tuple(name for name in queries.COLUMNS if name not in ("reasons", "sequence"))


async def take_over(tx: Transaction, events: Sequence[Received[StandingChanged]]) -> list[UUID]:
    """Write what is newer than what is stored; returns whom it concerns. A replay calls this alone."""
    newest: dict[UUID, Received[StandingChanged]] = {}
    for event in events:
        known = newest.get(event.data.id)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.data.id] = event
    return await queries.upsert(tx, [_row(event) for _, event in sorted(newest.items())])


def _row(event: Received[StandingChanged]) -> Record:
    data = event.data
    row: Record = {name: getattr(data, name) for name in _FROM_PAYLOAD}
    return row | {
        "reasons": to_json([reason.model_dump(mode="json") for reason in data.reasons]),
        "sequence": event.envelope.sequence,
    }
