"""Emits what became of Party organizations whose coverage, name or place changed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.registry.party_organizations import queries
from shared.bus.context import Cause
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.registry import (
    CoveredOrganization,
    PartyOrganizationChanged,
    PartyOrganizationDissolved,
    PartyOrganizationEstablished,
)
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def announce(
    tx: Transaction, touched: set[UUID], founded: set[UUID], causes: Mapping[UUID, Cause], now: datetime
) -> None:
    """Emit one event for each Party organization that is new, changed, or covers none any more (dissolved)."""
    rows = await queries.lock_many(tx, sorted(touched))
    covers: dict[UUID, list[CoveredOrganization]] = defaultdict(list)
    for row in await queries.current_coverages(tx, sorted(touched)):
        covers[row["party_organization_id"]].append(CoveredOrganization.model_validate(dict(row)))
    events, ended = [], []
    for row in rows:
        if row["dissolved_on"] is not None:
            continue
        version = row["version"] if row["id"] in founded else row["version"] + 1
        payload: PartyOrganizationEstablished | PartyOrganizationChanged | PartyOrganizationDissolved
        if not covers[row["id"]]:
            ended.append(row["id"])
            payload = PartyOrganizationDissolved(
                id=row["id"], division=row["division"], dissolved_on=china_day(now), cause="no_organization_left"
            )
        else:
            kind = PartyOrganizationEstablished if row["id"] in founded else PartyOrganizationChanged
            payload = kind.model_validate({**row, "covers": covers[row["id"]]})
        events.append(NewEvent(row["id"], version, payload, row["division"], now, cause=causes.get(row["id"])))
    await queries.raise_versions(tx, [row["id"] for row in rows if row["id"] not in founded])
    await queries.dissolve(tx, ended, china_day(now))
    await emit(tx, events)
