"""Every SELECT of the projection of Party organizations, and its set-based write."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select, text

from services.evaluation.party_organizations.rules import PartyOrganization
from services.evaluation.tables import party_organizations
from shared.contracts.covering import Covering
from shared.contracts.registry import CoveredOrganization
from shared.db.base import insert_list, to_json
from shared.db.session import Record, Transaction

_COLUMNS = (
    "id",
    "name",
    "kind",
    "form",
    "division",
    "established_on",
    "dissolved_on",
    "covers",
    "sequence",
    "stated_sequence",
    "stated_year",
    "affiliated_to",
    "affiliated_as",
    "affiliated_name",
)
_AFFILIATED = ("affiliated_to", "affiliated_as", "affiliated_name")
_WRITTEN = ("stated_sequence", "stated_year")
_KEPT = ("name", "kind", "form", "established_on", "covers")
"""What a dissolution does not state stays as it was."""
COVERS = """(
    SELECT COALESCE(jsonb_agg(g), '[]') FROM (
        SELECT c.kind, c.evaluation_type, count(*) AS count FROM covered_organizations AS c
        WHERE c.party_organization_id = {of}.id AND c.covered GROUP BY 1, 2
    ) AS g
)"""
"""How many a Party organization covers of each kind and type, as JSON."""
_NEWER = "party_organizations.sequence < excluded.sequence"
# A `stated_sequence` above `sequence` is that of a row which a replay has set back.
_STATED = (
    "LEAST(COALESCE(party_organizations.stated_sequence, party_organizations.sequence), party_organizations.sequence)"
)
# Whom it covered then, one by one: an area, which is not rated, may cover 200,000.
_ORGANIZATIONS = """CASE WHEN party_organizations.form <> 'area' THEN (
    SELECT COALESCE(jsonb_agg(jsonb_build_object('id', c.organization_id, 'kind', c.kind, 'since', c.since)), '[]')
    FROM covered_organizations AS c WHERE c.party_organization_id = party_organizations.id AND c.covered
) END"""
_NEW_YEAR = f"{_NEWER} AND party_organizations.stated_year IS DISTINCT FROM excluded.stated_year"
# What it was until the end of the year before: a cycle of that year, opened later, still goes by it. Whom it covered is
# counted before this year's claims are written.
_KEEP_PAST = (
    "party_organizations.past_states || jsonb_build_object("
    "'from_year', party_organizations.since_year, 'to_year', excluded.stated_year - 1, "
    + ", ".join(f"'{name}', party_organizations.{name}" for name in ("division", "form", "kind", "dissolved_on"))
    + f", 'covers', {COVERS.format(of='party_organizations')}, 'organizations', {_ORGANIZATIONS})"
)
_UPSERT = insert_list(
    party_organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(
        f"{name} = CASE WHEN {_NEWER} THEN excluded.{name} ELSE party_organizations.{name} END"
        for name in ("division", "dissolved_on", "stated_year")
    )
    + "".join(
        f", {name} = CASE WHEN {_NEWER} THEN COALESCE(excluded.{name}, party_organizations.{name}) "
        f"ELSE party_organizations.{name} END"
        for name in _KEPT
    )
    # A dissolution, which has no name, states none of it; whatever else comes does, be it that there is none.
    + "".join(
        f", {name} = CASE WHEN {_NEWER} AND excluded.name IS NOT NULL THEN excluded.{name} "
        f"ELSE party_organizations.{name} END"
        for name in _AFFILIATED
    )
    + f", since_year = CASE WHEN {_NEW_YEAR} THEN excluded.stated_year ELSE party_organizations.since_year END, "
    f"past_states = CASE WHEN {_NEW_YEAR} THEN {_KEEP_PAST} ELSE party_organizations.past_states END, "
    f"stated_sequence = GREATEST(excluded.stated_sequence, {_STATED}), "
    "sequence = GREATEST(party_organizations.sequence, excluded.sequence) "
    f"WHERE {_NEWER} OR {_STATED} < excluded.stated_sequence "
    "RETURNING new.id, new.dissolved_on, new.division, new.sequence, new.stated_sequence, old.sequence AS before",
)
_PUT_COVERED = text(
    """
    INSERT INTO covered_organizations AS t
        (id, party_organization_id, division, organization_id, kind, evaluation_type, sequence, covered, since)
    SELECT md5(u.party::text || u.organization::text)::uuid, u.party, p.division, u.organization, u.kind, u.type,
        u.sequence, u.covered, u.since
    FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[]), CAST(:kinds AS text[]),
                CAST(:types AS text[]), CAST(:sequences AS bigint[]), CAST(:covered AS boolean[]),
                CAST(:since AS date[]))
         AS u(party, organization, kind, type, sequence, covered, since)
    JOIN party_organizations AS p ON p.id = u.party AND u.sequence >= COALESCE(p.stated_sequence, 0)
    ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, evaluation_type = excluded.evaluation_type,
        sequence = excluded.sequence, covered = excluded.covered, since = excluded.since
    WHERE t.sequence <= excluded.sequence
    """
)
_DROP_COVERED = text(
    """
    DELETE FROM covered_organizations AS c USING party_organizations AS p
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND c.party_organization_id = p.id AND c.sequence < p.stated_sequence
    """
)
# They are seen with their Party organization.
_FOLLOW_DIVISION = text(
    """
    UPDATE covered_organizations AS c SET division = p.division FROM party_organizations AS p
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND c.party_organization_id = p.id AND c.division <> p.division
    """
)


STATES = (
    "SELECT x.id, x.established_on, x.division, x.division AS present_division, x.form, x.kind, "  # noqa: S608
    f"{COVERS.format(of='x')} AS covers, x.dissolved_on, x.since_year AS from_year, NULL::integer AS to_year, "
    "x.affiliated_to "
    "FROM party_organizations x UNION ALL "
    "SELECT p.id, p.established_on, s.division, p.division, s.form, COALESCE(s.kind, p.kind), s.covers, "
    "s.dissolved_on, s.from_year, s.to_year, p.affiliated_to "
    "FROM party_organizations p CROSS JOIN LATERAL jsonb_to_recordset(p.past_states) AS s(from_year integer, "
    "to_year integer, division text, form text, kind text, covers jsonb, dissolved_on date)"
)
"""For joins: what Party organizations are, and what they were at the ends of earlier years.

`covers` has how many of each kind and type; of states that were kept by lists, organization by organization.
`affiliated_to` is the present one of all of them."""
EXISTED = (
    "p.established_on <= c.reference_date AND (p.dissolved_on IS NULL OR p.dissolved_on > c.reference_date) "
    "AND COALESCE(p.from_year, c.year) <= c.year AND COALESCE(p.to_year, c.year) >= c.year"
)
"""Whether a state p of `STATES` is the one of a cycle's reference date; while that is to come, the present one."""


described = select(
    party_organizations.c.id,
    party_organizations.c.name.label("party_organization_name"),
    party_organizations.c.kind.label("party_organization_kind"),
    *(party_organizations.c[name] for name in ("form", "established_on", *_AFFILIATED)),
).subquery("described")
"""For joins: how a Party organization is shown."""


def described_columns(of: str) -> str:
    """The same columns for a SELECT in SQL; `of` is the table's name there."""
    named = f"{of}.name AS party_organization_name, {of}.kind AS party_organization_kind"
    return ", ".join([named, *(f"{of}.{column}" for column in ("form", "affiliated_as", "established_on"))])


async def upsert(
    tx: Transaction, stated: Sequence[PartyOrganization], covering: Mapping[UUID, Covering], year: int
) -> list[Record]:
    """Write what was stated in a year and is newer than what is stored, of single organizations too.

    Returns the ids that were news, and which of them ended.
    """
    if not stated:
        return []
    whole = {one.id: covering[one.id].whole_sequence if one.id in covering else None for one in stated}
    columns = {name: [getattr(one, name) for one in stated] for name in _COLUMNS if name not in _WRITTEN}
    columns["covers"] = [
        _covers_json(one.covers) if one.covers is not None and whole[one.id] == one.sequence else None for one in stated
    ]
    columns["stated_sequence"] = [whole[one.id] or 0 for one in stated]
    columns["stated_year"] = [year] * len(stated)
    rows = await tx.records(_UPSERT, columns)
    claims = [
        (
            party,
            organization,
            cover and cover.kind,
            cover and cover.evaluation_type,
            sequence,
            cover is not None,
            cover and cover.since,
        )
        for party, one in covering.items()
        for organization, (sequence, cover) in one.claims.items()
    ]
    names = ("parties", "organizations", "kinds", "types", "sequences", "covered", "since")
    await tx.execute(_PUT_COVERED, {name: [claim[n] for claim in claims] for n, name in enumerate(names)})
    await tx.execute(_DROP_COVERED, {"ids": [row["id"] for row in rows if row["stated_sequence"] == whole[row["id"]]]})
    await tx.execute(_FOLLOW_DIVISION, {"ids": [row["id"] for row in rows]})
    return [row for row in rows if row["before"] is None or row["before"] < row["sequence"]]


def _covers_json(covers: Sequence[CoveredOrganization]) -> str:
    return to_json([cover.model_dump(mode="json") for cover in covers])


async def division_of(tx: Transaction, party_organization_id: UUID) -> str | None:
    """The division of a Party organization within the caller's scope, None without one."""
    row = await tx.row(text("SELECT division FROM party_organizations WHERE id = :id"), {"id": party_organization_id})
    return None if row is None else row.division


async def covered_by(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The organizations that Party organizations cover, as far as it is known; who covers none is left out."""
    statement = text(
        "SELECT p.id AS party, array_agg(c.organization_id ORDER BY c.organization_id) AS covered "
        "FROM covered_organizations AS c JOIN party_organizations AS p ON p.id = c.party_organization_id "
        "WHERE p.id = ANY(CAST(:ids AS uuid[])) AND p.dissolved_on IS NULL AND c.covered GROUP BY 1"
    )
    return {row.party: list(row.covered) for row in await tx.rows(statement, {"ids": list(ids)})}


async def dissolved_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, date]:
    """Those of these Party organizations that were dissolved, each with its day."""
    statement = text(
        "SELECT id, dissolved_on FROM party_organizations WHERE id = ANY(:ids) AND dissolved_on IS NOT NULL"
    )
    return {row.id: row.dissolved_on for row in await tx.rows(statement, {"ids": list(ids)})}
