"""Follows the registry's Party organizations: a case is closed with the coverage that it asks for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.incubation.areas import queries as areas
from services.incubation.formation.queries import cases, checks
from services.incubation.formation.queries.situations import list_pending, list_settled
from services.incubation.formation.rules import Members, check_formation
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.covering import list_covered
from services.incubation.organizations.projecting import project_coverage, project_dissolutions
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.contracts.registry import (
    PartyOrganizationDissolved,
    PartyOrganizationState,
)
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


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
    await _reconsider(tx, changed, now, policies=policies)


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
    await _reconsider(tx, changed, now, policies=policies)


async def _reconsider(
    tx: Transaction, organization_ids: Sequence[UUID], now: datetime, *, policies: FormationPolicies
) -> None:
    """Open cases for organizations whose coverage changed to what they are not due, by their latest check.

    A dissolution may arrive after its organization was registered again, and the check found it covered. Who has a
    pending case is left alone. Raises NoPolicy where no policy is in force.
    """
    if not organization_ids:
        return
    pending = {row["organization_id"] for row in await list_pending(tx, organization_ids)}
    left = [one for one in organization_ids if one not in pending]
    day = china_day(now)
    latest = await checks.find_latest(tx, left)
    worklist = await Worklist.load(tx, left)
    for row in await list_covered(tx, left):
        if row["id"] not in latest:
            continue
        policy = policies.get(row["division"], day)
        members = Members(row["full_members_full_time"], row["full_members"], row["probationary_members"], now)
        worklist.decide(row, check_formation(members, policy), latest[row["id"]], policy.parameters, day)
    await worklist.save(tx, now)
