"""Keeps the projection of organizations' counts."""

from collections.abc import Sequence

from services.funding.members import queries
from services.funding.members.rules import News, advance
from shared.bus.handlers import Received
from shared.db.session import Transaction


async def take_over(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """Write what events state, in whatever order they arrive. A replay calls this alone."""
    before = await queries.load(tx, sorted({event.data.id for event in events}), lock=True)
    after = dict(before)
    for event in events:
        data = event.data
        stated = advance(after.get(data.id), data, event.envelope.sequence)
        if stated is not None:
            after[data.id] = stated
    await queries.save(tx, [one for key, one in sorted(after.items()) if before.get(key) != one])
