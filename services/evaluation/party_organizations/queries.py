"""Every SELECT of the projection of Party organizations, and its set-based write."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text

from services.evaluation.party_organizations.rules import PartyOrganization
from services.evaluation.tables import party_organizations
from shared.contracts.registry import CoveredOrganization
from shared.db.base import insert_list, to_json
from shared.db.session import Record, Transaction

_COLUMNS = ("id", "name", "kind", "form", "division", "established_on", "dissolved_on", "covers", "sequence")
_KEPT = ("name", "kind", "form", "established_on", "covers")
"""What a dissolution does not state stays as it was."""
_UPSERT = insert_list(
    party_organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET division = excluded.division, dissolved_on = excluded.dissolved_on, "
    "sequence = excluded.sequence, "
    + ", ".join(f"{name} = COALESCE(excluded.{name}, party_organizations.{name})" for name in _KEPT)
    + " WHERE party_organizations.sequence < excluded.sequence RETURNING id, dissolved_on",
)


ACTIVE = "SELECT id, division, form, covers FROM party_organizations WHERE dissolved_on IS NULL"
"""For joins: the Party organizations that were not dissolved."""

described = select(
    party_organizations.c.id,
    party_organizations.c.name.label("party_organization_name"),
    party_organizations.c.kind.label("party_organization_kind"),
    party_organizations.c.form,
).subquery("described")
"""For joins: how a Party organization is shown."""


async def upsert(tx: Transaction, stated: Sequence[PartyOrganization]) -> list[Record]:
    """Write what is newer than what is stored; returns the ids written, and which of them ended."""
    if not stated:
        return []
    columns = {name: [getattr(one, name) for one in stated] for name in _COLUMNS}
    columns["covers"] = [None if one.covers is None else _covers_json(one.covers) for one in stated]
    return await tx.records(_UPSERT, columns)


def _covers_json(covers: Sequence[CoveredOrganization]) -> str:
    return to_json([cover.model_dump(mode="json") for cover in covers])


async def division_of(tx: Transaction, party_organization_id: UUID) -> str | None:
    """The division of a Party organization within the caller's scope, None without one."""
    statement = text("SELECT division FROM party_organizations WHERE id = :id")
    found: str | None = await tx.scalar(statement, {"id": party_organization_id})
    return found


async def covered_by(tx: Transaction, party_organization_id: UUID) -> list[UUID]:
    """The organizations that a Party organization covers, as far as it is known."""
    statement = text(
        "SELECT (c->>'organization_id')::uuid AS id FROM party_organizations p, jsonb_array_elements(p.covers) AS c "
        "WHERE p.id = :id AND p.dissolved_on IS NULL ORDER BY 1"
    )
    return [row.id for row in await tx.rows(statement, {"id": party_organization_id})]


_COUNT_NOT_RATED = text(
    f"SELECT count(*) FROM ({ACTIVE}) p "  # noqa: S608 - a fixed statement
    "WHERE p.division BETWEEN rpad(:division, 6, '0') AND rpad(:division, 6, '9') "
    "AND NOT p.form = ANY(CAST(:rated_forms AS text[]))"
)


async def count_not_rated(tx: Transaction, division: str, rated_forms: Sequence[str]) -> int:
    """How many Party organizations inside a division (a prefix) have a form that is not rated."""
    return int(await tx.scalar(_COUNT_NOT_RATED, {"division": division, "rated_forms": list(rated_forms)}))
