"""Every SELECT of the projection of Party organizations, and its set-based write."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.coverage.rules import PartyOrganization, Span
from services.funding.tables import party_organizations
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = tuple(column.name for column in party_organizations.c)
_UPSERT = insert_list(
    party_organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
    + " WHERE party_organizations.sequence < excluded.sequence",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_OF = select(party_organizations).where(party_organizations.c.id == _IDS.any_()).order_by(party_organizations.c.id)
_COVERING = text(
    "SELECT * FROM party_organizations WHERE dissolved_on IS NULL AND covers @> jsonb_build_array("
    "jsonb_build_object('organization_id', CAST(:organization AS text), 'until', NULL)) ORDER BY id"
)
_GET, _LOCK = prepare(_OF), prepare(_OF.with_for_update())


async def load(tx: Transaction, ids: Sequence[UUID], *, lock: bool = False) -> dict[UUID, PartyOrganization]:
    """Those of these Party organizations that are known, by id."""
    if not ids:
        return {}
    return {row["id"]: party_of(row) for row in await tx.records(_LOCK if lock else _GET, {"ids": list(ids)})}


async def covering(tx: Transaction, organization_id: UUID) -> list[PartyOrganization]:
    """Those that cover an organization now, by id."""
    return [party_of(row) for row in await tx.records(_COVERING, {"organization": str(organization_id)})]


async def save(tx: Transaction, stated: Sequence[PartyOrganization]) -> None:
    """Write what is newer than what is stored."""
    if stated:
        await tx.execute(_UPSERT, columns_of([_row(one) for one in stated], _COLUMNS))


def party_of(row: Record) -> PartyOrganization:
    """A stored Party organization."""
    spans = tuple(
        Span(
            UUID(one["organization_id"]),
            date.fromisoformat(one["since"]),
            date.fromisoformat(one["until"]) if one["until"] else None,
        )
        for one in row["covers"]
    )
    rest: dict[str, Any] = {name: row[name] for name in _COLUMNS if name != "covers"}
    return PartyOrganization(**rest, spans=spans)


def _row(one: PartyOrganization) -> Record:
    covers = [{"organization_id": s.organization_id, "since": s.since, "until": s.until} for s in one.spans]
    return {name: getattr(one, name) for name in _COLUMNS if name != "covers"} | {"covers": to_json(covers)}
