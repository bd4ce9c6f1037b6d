"""What evaluation publishes of a commendation, with the row that it is about, in a world of all services."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from shared.bus.sending.outbox import NewEvent, emit
from shared.db.base import to_json, utc_now
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.operations.repair.conftest import World
from tests.registry.managements.helpers import commended

_INSERT = text(
    "INSERT INTO selections (id, year, division, party_organization_id, tier, state, recommended_on, ground, visit, "
    "assessment, management, publicity, reasons, steps, policy, version, sequence) VALUES (:id, :year, :division, "
    ":party, :tier, 'commended', :on, 'x', '{}', '{}', CAST(:management AS jsonb), '[]', '[]', '[]', 'x', 1, "
    ":sequence) "
    "ON CONFLICT (id) DO UPDATE SET management = excluded.management, sequence = excluded.sequence"
)


async def commend(world: World, party: UUID | None = None, **changes: Any) -> UUID:
    """A commended selection; returns its id."""
    event = commended(party or uuid4(), **changes)
    data, sequence = event.data, event.envelope.sequence
    management = {"mode": data.mode, "level": data.level, "managed_from": data.managed_from.isoformat()}
    management |= {"ended_on": None if data.ended_on is None else data.ended_on.isoformat()}
    row = {"id": data.id, "year": data.year, "division": data.division, "party": data.party_organization_id}
    row |= {"tier": data.tier, "on": date(2026, 3, 1), "management": to_json(management), "sequence": sequence}
    database = Database(world.settings["evaluation"].database_url, pool_size=1, access=SYSTEM)
    async with database.transaction() as tx:
        await tx.execute(_INSERT, row)
        await emit(tx, [NewEvent(data.id, sequence, data, data.division, utc_now(), key=data.party_organization_id)])
    await database.close()
    return data.id
