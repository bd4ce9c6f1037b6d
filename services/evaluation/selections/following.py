"""Selections that are under way follow their Party organizations: over a division boundary, and to their end."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.evaluation.selections import queries
from services.evaluation.selections.rules import TRANSITIONS
from shared.contracts.base import Reason
from shared.db.session import Transaction
from shared.problems.transitions import states_before


async def follow_party_organizations(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> None:
    """End what is under way of those of these that were dissolved: it holds no seat, and holds nobody back.

    Of who moved it goes on in the new division, among those who compete there. What was decided stays where it was.
    """
    if not party_organization_ids:
        return
    ended = Reason(rule="R-lapsed", outcome="dissolved", facts={}, as_of=now)
    await queries.end_dissolved(tx, party_organization_ids, states_before(TRANSITIONS, "withdrawal"), ended, now)
    await queries.follow_moves(tx, party_organization_ids, states_before(TRANSITIONS, "move"), now)
