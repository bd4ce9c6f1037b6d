"""Covers organizations without members by the area Party organization of their street (S15)."""

from datetime import date, datetime
from uuid import UUID

from services.incubation.areas import queries
from services.incubation.names import name_area
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.db.base import new_id
from shared.db.session import Transaction


async def cover_by_area(
    tx: Transaction,
    organization_id: UUID,
    *,
    division: str,
    street: str | None,
    decision_id: UUID,
    reasons: list[Reason],
    since: date,
    now: datetime,
) -> UUID:
    """The street's area covers the organization from `since` on; the first organization of a street forms its area.

    Returns the area's Party organization.
    """
    # Without a street the whole division is the area.
    place = street or division
    area = await queries.upsert_area(tx, new_id(), division, place)
    payload: PartyOrganizationFormed | PartyOrganizationExtended
    if area.version == 1:
        payload = PartyOrganizationFormed(
            party_organization_id=area.party_organization_id,
            name=name_area(place),
            kind="BRANCH",
            form="area",
            division=division,
            street=street,
            organization_ids=[organization_id],
            formed_on=since,
            decided_by="formation_case",
            decision_id=decision_id,
            reasons=reasons,
        )
    else:
        payload = PartyOrganizationExtended(
            party_organization_id=area.party_organization_id,
            division=division,
            organization_ids=[organization_id],
            since=since,
            decision_id=decision_id,
            reasons=reasons,
        )
    # Keyed by the area, so that its forming is read before what extends it.
    await emit(tx, [NewEvent(area.party_organization_id, area.version, payload, division, now)])
    return area.party_organization_id
