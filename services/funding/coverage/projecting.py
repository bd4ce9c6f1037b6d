"""Keeps the projection of the registry's Party organizations."""

from collections.abc import Sequence

from services.funding.coverage import queries
from services.funding.coverage.rules import News, PartyOrganization, advance
from shared.bus.handlers import Received
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def take_over(tx: Transaction, events: Sequence[Received[News]]) -> list[PartyOrganization]:
    """Write what is newer than what is stored; returns the Party organizations that changed, by id.

    A replay calls this alone.
    """
    before = await queries.load(tx, sorted({event.data.id for event in events}), lock=True)
    after = dict(before)
    for event in events:
        envelope, data = event.envelope, event.data
        known = after.get(data.id)
        after[data.id] = advance(known, data, envelope.sequence, envelope.time, china_day(envelope.time))
    changed = [one for key, one in sorted(after.items()) if before.get(key) != one]
    await queries.save(tx, changed)
    return changed
