"""Follows the registry: a pairing, an alliance, a venue or a post does not outlast its Party organizations."""

from collections.abc import Sequence

from services.incubation.activities import queries
from services.incubation.meetings.taking import step_of
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationDissolved
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_dissolved(tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]) -> None:
    """End what lasts where the last of those that take part is dissolved, from that day on."""
    days = await queries.list_outlived(tx, sorted({event.data.id for event in events}))
    if days:
        await queries.end_at(tx, days, step_of(tx, "ending", utc_now(), None))
