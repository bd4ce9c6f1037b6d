"""Follows the registry's Party organizations: a case is closed with the coverage that it asks for."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.incubation.area_branches import queries as area_branches
from services.incubation.formation.queries import cases, checks
from services.incubation.formation.queries.situations import list_pending, list_settled
from services.incubation.formation.rules import Members, check_formation
from services.incubation.formation.worklist import Worklist
from services.incubation.organizations.covering import list_covered
from services.incubation.organizations.projecting import project_coverage, project_dissolutions
from services.incubation.policies import FormationPolicies
from shared.bus.handlers import Received
from shared.contracts.covering import News, fold_covering
from shared.contracts.registry import PartyOrganizationDissolved, PartyOrganizationEstablished
from shared.db.base import utc_now
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def follow_coverage(tx: Transaction, events: Sequence[Received[News]], *, policies: FormationPolicies) -> None:
    """Note whom each Party organization covers; a pending case for just that is closed.

    What is covered by one that existed before the registry knew it is not to be decided now: whatever is pending of it
    is closed. Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    stated, changed = await project_coverage(tx, events)
    taken_over = _taken_over(events)
    settled = await list_settled(tx, stated)
    await cases.close_cases(tx, sorted({*settled, *(taken_over & {*stated})}), now)
    await _reconsider(tx, [one for one in changed if one not in taken_over], now, policies=policies)


def _taken_over(events: Sequence[Received[News]]) -> set[UUID]:
    """Whom those that were taken over cover, as far as no later event of the list releases them."""
    folded = fold_covering([(event.envelope.sequence, event.data) for event in events])
    established = (event.data for event in events if isinstance(event.data, PartyOrganizationEstablished))
    return {
        cover.organization_id
        for data in established
        if data.taken_over
        for cover in data.covers
        if folded[data.id].claims.get(cover.organization_id, (0, None))[1] is not None
    }


async def follow_dissolution(
    tx: Transaction, events: Sequence[Received[PartyOrganizationDissolved]], *, policies: FormationPolicies
) -> None:
    """Whom a dissolved Party organization covered is uncovered; a street without its area may get a new one.

    Raises NoPolicy where no policy is in force.
    """
    now = utc_now()
    dissolved, changed = await project_dissolutions(tx, events)
    settled = await list_settled(tx, changed)
    await cases.close_cases(tx, settled, now)
    await area_branches.delete_areas(tx, dissolved)
    await _reconsider(tx, changed, now, policies=policies)


async def _reconsider(
    tx: Transaction, organization_ids: Sequence[UUID], now: datetime, *, policies: FormationPolicies
) -> None:
    """Open cases for organizations whose coverage changed to what they are not due, by their latest check.

    A dissolution may arrive after its organization was registered again, and the check found it covered. Who has a
    pending case is left alone, but for a work group's (S21): that is offered to whom an area covers. Raises NoPolicy
    where no policy is in force.
    """
    if not organization_ids:
        return
    waiting = await list_pending(tx, organization_ids)
    pending = {row["organization_id"] for row in waiting if row["occasion"] != "work_group"}
    left = [one for one in organization_ids if one not in pending]
    day = china_day(now)
    latest = await checks.find_latest(tx, left)
    worklist = await Worklist.load(tx, left)
    for row in await list_covered(tx, left):
        if row["id"] not in latest:
            continue
        policy = policies.get(row["division"], day)
        members = Members(row["full_members_full_time"], row["full_members"], row["probationary_members"], now)
        decision = check_formation(members, policy)
        due_on = policies.case_due_on(policy, row["division"], day)
        worklist.decide(row, decision, latest[row["id"]], policy.parameters, due_on)
    await worklist.save(tx, now)
