"""Covers organizations without members by the area Party organization of their street (S15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.areas import queries
from services.incubation.names import name_area
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.incubation import PartyOrganizationExtended, PartyOrganizationFormed
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def cover_by_area(tx: Transaction, case: Mapping[str, Any], reasons: list[Reason], now: datetime) -> UUID:
    """The street's area covers the case's organization; the street's first such case forms the area."""
    # Without a street the whole division is the area.
    street = case["street"] or case["division"]
    area = await queries.get_or_make(tx, new_id(), case["division"], street)
    party_organization_id: UUID = area["party_organization_id"]
    common = {
        "party_organization_id": party_organization_id,
        "division": case["division"],
        "organization_ids": [case["organization_id"]],
        "decision_id": case["id"],
        "reasons": reasons,
    }
    payload: PartyOrganizationFormed | PartyOrganizationExtended
    if area["version"] == 1:
        payload = PartyOrganizationFormed(
            **common,
            name=name_area(street),
            kind="BRANCH",
            form="area",
            street=case["street"],
            formed_on=china_day(now),
            decided_by="formation_case",
        )
    else:
        payload = PartyOrganizationExtended(**common, since=china_day(now))
    # Keyed by the area, so that its forming comes before what extends it.
    await emit(tx, [NewEvent(party_organization_id, area["version"], payload, case["division"], now)])
    return party_organization_id
