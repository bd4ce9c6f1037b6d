"""Follows the registry's Party organizations: cases whose coverage is reached are closed."""

from collections.abc import Sequence

from services.incubation.areas import queries as areas
from services.incubation.formation.queries import cases
from services.incubation.organizations.projecting import project_coverage, project_dissolutions
from shared.bus.handlers import Received
from shared.contracts.covering import News
from shared.contracts.registry import PartyOrganizationDissolved
from shared.db.base import utc_now
from shared.db.session import Transaction


async def follow_coverage(tx: Transaction, events: Sequence[Received[News]]) -> None:
    """Note whom each Party organization covers; a pending case for just that coverage is closed."""
    settled = await cases.list_settled(tx, await project_coverage(tx, events))
    await cases.close_cases(tx, settled, utc_now())


async def follow_dissolution(tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]]) -> None:
    """Whom a dissolved Party organization covered is uncovered; a street without its area may get a new one."""
    dissolved, changed = await project_dissolutions(tx, events)
    settled = await cases.list_settled(tx, changed)
    await cases.close_cases(tx, settled, utc_now())
    await areas.delete_areas(tx, dissolved)
