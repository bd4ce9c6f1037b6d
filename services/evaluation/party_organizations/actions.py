"""Keeps the projection of the registry's Party organizations."""

from collections.abc import Sequence
from uuid import UUID

from services.evaluation.party_organizations import queries
from services.evaluation.party_organizations.rules import News, latest
from shared.bus.handlers import Received
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


async def take_over(tx: Transaction, events: Sequence[Received[News]]) -> list[Record]:
    """Write what is newer than what is stored, and keep what was at the ends of years; returns the ids written.

    A replay calls this alone.
    """
    years: dict[int, list[Received[News]]] = {}
    for event in events:
        years.setdefault(china_day(event.envelope.time).year, []).append(event)
    written: dict[UUID, Record] = {}
    # One statement a calendar year: a list holds news of one, or of two at the turn of the year.
    for year in sorted(years):
        stated = latest([(event.envelope.sequence, event.data) for event in years[year]])
        written |= {row["id"]: row for row in await queries.upsert(tx, stated, year)}
    return list(written.values())
