"""What becomes of Party organizations when their organizations end or move."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.registry.organizations import queries as organization_queries
from services.registry.party_organizations import queries
from services.registry.party_organizations.announcing import announce
from services.registry.party_organizations.queries import Place
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def release_organizations(tx: Transaction, organization_ids: Sequence[UUID], now: datetime) -> None:
    """End the coverage of deregistered organizations, and dissolve what covers none any more.

    A joint branch may cover organizations of several divisions, and the caller need not see all of them: this part
    runs in the system's scope.
    """
    async with tx.system_scope():
        touched = await queries.end_coverages(tx, organization_ids, china_day(now))
        await organization_queries.set_coverage(tx, dict.fromkeys(organization_ids, "uncovered"))
        await announce(tx, set(touched), set(), {}, now)


async def lock_covering(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock what covers these organizations; called before the first write where `release_organizations` will follow."""
    async with tx.system_scope():
        await queries.lock_with_covering(tx, [], organization_ids)


async def follow_organizations(tx: Transaction, places: Mapping[UUID, Place], now: datetime) -> None:
    """Bring standalone Party organizations to where the one organization is that each covers.

    `places` are the organizations' divisions and streets, by id. A joint branch or an area stays where it is:
    incubation opens a case. It runs in the system's scope: one that was left behind is in another division.
    """
    async with tx.system_scope():
        await announce(tx, set(await queries.move_to(tx, places)), set(), {}, now)
