"""Follows the registry's Party organizations: who is covered by now, and how."""

from collections.abc import Sequence
from uuid import UUID

from services.incubation.areas import queries as areas
from services.incubation.formation import queries as formation
from services.incubation.organizations import queries
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationDissolved, PartyOrganizationState
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_coverage(tx: Transaction, events: Sequence[Received[PartyOrganizationState]]) -> None:
    """Note what each Party organization covers; a pending case for just that coverage is closed."""
    newest: dict[UUID, Received[PartyOrganizationState]] = {}
    for event in events:
        known = newest.get(event.data.id)
        if known is None or known.envelope.sequence < event.envelope.sequence:
            newest[event.data.id] = event
    taken = await queries.take_sequences(
        tx,
        [(e.data.id, e.data.division, e.data.form, e.envelope.sequence) for e in newest.values()],
    )
    covers = [
        (cover.organization_id, event.data.id, event.data.form)
        for event in newest.values()
        if event.data.id in taken and event.data.form in ("standalone", "joint", "area")
        for cover in event.data.covers
    ]
    await queries.set_coverage(tx, sorted(taken), covers)
    settled = await queries.settled(tx, [organization for organization, _, _ in covers])
    await formation.close_cases(tx, settled, utc_now())


async def follow_dissolution(tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]) -> None:
    """What a dissolved Party organization covered is uncovered; a street without its area may get a new one."""
    taken = await queries.take_sequences(tx, [(e.data.id, e.data.division, None, e.envelope.sequence) for e in events])
    await queries.set_coverage(tx, sorted(taken), [])
    await areas.forget(tx, sorted(taken))
