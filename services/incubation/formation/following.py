"""Follows the registry's Party organizations: a case is closed with the coverage that it asks for."""

from collections.abc import Sequence

from services.incubation.areas import queries as areas
from services.incubation.formation.checking import reconsider
from services.incubation.formation.queries import cases
from services.incubation.formation.queries.situations import list_settled
from services.incubation.organizations.projecting import project_coverage, project_dissolutions
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.contracts.registry import (
    PartyOrganizationDissolved,
    PartyOrganizationState,
)
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_coverage(
    tx: Transaction, events: Sequence[Received[PartyOrganizationState]], *, policies: FormationPolicies
) -> None:
    """Note whom each Party organization covers; a pending case for just that is closed.

    Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    changed = await project_coverage(tx, events)
    settled = await list_settled(tx, covered_by=[event.data.id for event in events])
    await cases.close_cases(tx, settled, now)
    await reconsider(tx, changed, now, policies=policies)


async def follow_dissolution(
    tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]], *, policies: FormationPolicies
) -> None:
    """Whom a dissolved Party organization covered is uncovered; a street without its area may get a new one.

    Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    dissolved, changed = await project_dissolutions(tx, events)
    settled = await list_settled(tx, organization_ids=changed)
    await cases.close_cases(tx, settled, now)
    await areas.delete_areas(tx, dissolved)
    await reconsider(tx, changed, now, policies=policies)
