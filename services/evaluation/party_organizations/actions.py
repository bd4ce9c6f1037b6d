"""Keeps the projection of the registry's Party organizations."""

from collections.abc import Sequence

from services.evaluation.party_organizations import queries
from services.evaluation.party_organizations.rules import News, latest
from shared.bus.handlers import Received
from shared.contracts.covering import fold_covering
from shared.contracts.registry import PartyOrganizationDissolved
from shared.db.session import Record, Transaction


async def take_over(tx: Transaction, events: Sequence[Received[News]]) -> list[Record]:
    """Write what is newer than what is stored; returns the ids written, and which of them ended.

    A replay calls this alone.
    """
    news = [(event.envelope.sequence, event.data) for event in events]
    covering = fold_covering(
        [(sequence, data) for sequence, data in news if not isinstance(data, PartyOrganizationDissolved)]
    )
    return await queries.upsert(tx, latest(news), covering)
