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
_WRITTEN = (*_COLUMNS, "stated_year")
_KEPT = ("name", "kind", "form", "established_on", "covers")
"""What a dissolution does not state stays as it was."""
_SAME_YEAR = "party_organizations.stated_year = excluded.stated_year"
# What it was until the end of the year before: a cycle of that year, opened later, still goes by it.
_KEEP_PAST = (
    "party_organizations.past_states || jsonb_build_object("
    "'from_year', party_organizations.since_year, 'to_year', excluded.stated_year - 1, "
    + ", ".join(f"'{name}', party_organizations.{name}" for name in ("division", "form", "covers", "dissolved_on"))
    + ")"
)
_UPSERT = insert_list(
    party_organizations,
    _WRITTEN,
    "ON CONFLICT (id) DO UPDATE SET division = excluded.division, dissolved_on = excluded.dissolved_on, "
    "sequence = excluded.sequence, stated_year = excluded.stated_year, "
    f"since_year = CASE WHEN {_SAME_YEAR} THEN party_organizations.since_year ELSE excluded.stated_year END, "
    f"past_states = CASE WHEN {_SAME_YEAR} THEN party_organizations.past_states ELSE {_KEEP_PAST} END, "
    + ", ".join(f"{name} = COALESCE(excluded.{name}, party_organizations.{name})" for name in _KEPT)
    + " WHERE party_organizations.sequence < excluded.sequence RETURNING id",
)


STATES = (
    "SELECT id, established_on, division, form, covers, dissolved_on, since_year AS from_year, "
    "NULL::integer AS to_year FROM party_organizations "
    "UNION ALL SELECT p.id, p.established_on, s.division, s.form, s.covers, s.dissolved_on, s.from_year, s.to_year "
    "FROM party_organizations p CROSS JOIN LATERAL jsonb_to_recordset(p.past_states) AS s(from_year integer, "
    "to_year integer, division text, form text, covers jsonb, dissolved_on date)"
)
"""For joins: what Party organizations are, and what they were at the ends of earlier years."""
EXISTED = (
    "p.established_on <= c.reference_date AND (p.dissolved_on IS NULL OR p.dissolved_on > c.reference_date) "
    "AND COALESCE(p.from_year, c.year) <= c.year AND COALESCE(p.to_year, c.year) >= c.year"
)
"""Whether a state p of `STATES` is the one of a cycle's reference date; while that is to come, the present one."""

described = select(
    party_organizations.c.id,
    party_organizations.c.name.label("party_organization_name"),
    party_organizations.c.kind.label("party_organization_kind"),
    party_organizations.c.form,
).subquery("described")
"""For joins: how a Party organization is shown."""


async def upsert(tx: Transaction, stated: Sequence[PartyOrganization], year: int) -> list[Record]:
    """Write what was stated in a year and is newer than what is stored; returns the ids written."""
    if not stated:
        return []
    columns = {name: [getattr(one, name) for one in stated] for name in _COLUMNS}
    columns["covers"] = [None if one.covers is None else _covers_json(one.covers) for one in stated]
    columns["stated_year"] = [year] * len(stated)
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
