"""Follows the registry's Party organizations: who is covered by now, and how."""

from collections.abc import Sequence

from services.incubation.areas import queries as areas
from services.incubation.formation import queries as formation
from services.incubation.organizations import queries
from services.incubation.organizations.projecting import project_coverage, project_dissolutions
from shared.bus.handlers import Received
from shared.contracts.registry import PartyOrganizationDissolved, PartyOrganizationState
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_coverage(tx: Transaction, events: Sequence[Received[PartyOrganizationState]]) -> None:
    """Note what each Party organization covers; a pending case for just that coverage is closed."""
    await project_coverage(tx, events)
    settled = await queries.settled(tx, covered_by=[event.data.id for event in events])
    await formation.close_cases(tx, settled, utc_now())


async def follow_dissolution(tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]) -> None:
    """What a dissolved Party organization covered is uncovered; a street without its area may get a new one."""
    dissolved, changed = await project_dissolutions(tx, events)
    await formation.close_cases(tx, await queries.settled(tx, organization_ids=changed), utc_now())
    await areas.forget(tx, dissolved)
