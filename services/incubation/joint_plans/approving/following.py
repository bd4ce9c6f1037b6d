"""Follows the registry's answers: what was approved and came to nothing is closed."""

from collections.abc import Sequence

from services.incubation.formation.queries import closing
from services.incubation.joint_plans import queries
from services.incubation.joint_plans.rules import ANSWERED
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationDeclined
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_declined(tx: Transaction, events: Sequence[Received[PartyOrganizationDeclined]]) -> None:
    """Close the cases of organizations that had been deregistered before the registry recorded what was approved.

    A proposal of which nothing came is outdated.
    """
    declined = [
        (event.data.decision_id, event.data.party_organization_id, organization)
        for event in events
        for organization in event.data.organization_ids
    ]
    await closing.close_declined(tx, declined, utc_now())
    nothing = [event.data.decision_id for event in events if not event.data.recorded]
    await queries.lapse(tx, nothing, ANSWERED["approved", "lapse"])
