"""Every SELECT of the projection of Party organizations, and its set-based write."""

from collections.abc import Mapping, Sequence
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
)
_KEPT = ("name", "kind", "form", "established_on", "covers")
"""What a dissolution does not state stays as it was."""
_NEWER = "party_organizations.sequence < excluded.sequence"
# A `stated_sequence` above `sequence` is that of a row which a replay has set back.
_STATED = (
    "LEAST(COALESCE(party_organizations.stated_sequence, party_organizations.sequence), party_organizations.sequence)"
)
_UPSERT = insert_list(
    party_organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(
        f"{name} = CASE WHEN {_NEWER} THEN excluded.{name} ELSE party_organizations.{name} END"
        for name in ("division", "dissolved_on")
    )
    + "".join(
        f", {name} = CASE WHEN {_NEWER} THEN COALESCE(excluded.{name}, party_organizations.{name}) "
        f"ELSE party_organizations.{name} END"
        for name in _KEPT
    )
    + f", stated_sequence = GREATEST(excluded.stated_sequence, {_STATED}), "
    "sequence = GREATEST(party_organizations.sequence, excluded.sequence) "
    f"WHERE {_NEWER} OR {_STATED} < excluded.stated_sequence "
    "RETURNING new.id, new.dissolved_on, new.division, new.sequence, new.stated_sequence, old.sequence AS before",
)
_PUT_COVERED = text(
    """
    INSERT INTO covered_organizations AS t
        (id, party_organization_id, division, organization_id, kind, evaluation_type, sequence, covered)
    SELECT md5(u.party::text || u.organization::text)::uuid, u.party, p.division, u.organization, u.kind, u.type,
        u.sequence, u.covered
    FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[]), CAST(:kinds AS text[]),
                CAST(:types AS text[]), CAST(:sequences AS bigint[]), CAST(:covered AS boolean[]))
         AS u(party, organization, kind, type, sequence, covered)
    JOIN party_organizations AS p ON p.id = u.party AND u.sequence >= COALESCE(p.stated_sequence, 0)
    ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, evaluation_type = excluded.evaluation_type,
        sequence = excluded.sequence, covered = excluded.covered
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


ACTIVE = "SELECT id, division, form FROM party_organizations WHERE dissolved_on IS NULL"
"""For joins: the Party organizations that were not dissolved."""

COVERS = """(
    SELECT COALESCE(jsonb_agg(g), '[]') FROM (
        SELECT c.kind, c.evaluation_type, count(*) AS count FROM covered_organizations AS c
        WHERE c.party_organization_id = p.id AND c.covered GROUP BY 1, 2
    ) AS g
)"""
"""For selects from Party organizations `p`: how many it covers of each kind and type, as JSON."""

described = select(
    party_organizations.c.id,
    party_organizations.c.name.label("party_organization_name"),
    party_organizations.c.kind.label("party_organization_kind"),
    party_organizations.c.form,
).subquery("described")
"""For joins: how a Party organization is shown."""


async def upsert(
    tx: Transaction, stated: Sequence[PartyOrganization], covering: Mapping[UUID, Covering]
) -> list[Record]:
    """Write what is newer than what is stored, of single organizations too; returns the ids that were news, and which
    of them ended."""
    if not stated:
        return []
    whole = {one.id: covering[one.id].whole_sequence if one.id in covering else None for one in stated}
    columns = {name: [getattr(one, name) for one in stated] for name in _COLUMNS if name != "stated_sequence"}
    columns["covers"] = [
        _covers_json(one.covers) if one.covers is not None and whole[one.id] == one.sequence else None for one in stated
    ]
    columns["stated_sequence"] = [whole[one.id] or 0 for one in stated]
    rows = await tx.records(_UPSERT, columns)
    claims = [
        (party, organization, cover and cover.kind, cover and cover.evaluation_type, sequence, cover is not None)
        for party, one in covering.items()
        for organization, (sequence, cover) in one.claims.items()
    ]
    names = ("parties", "organizations", "kinds", "types", "sequences", "covered")
    await tx.execute(_PUT_COVERED, {name: [claim[n] for claim in claims] for n, name in enumerate(names)})
    await tx.execute(_DROP_COVERED, {"ids": [row["id"] for row in rows if row["stated_sequence"] == whole[row["id"]]]})
    await tx.execute(_FOLLOW_DIVISION, {"ids": [row["id"] for row in rows]})
    return [row for row in rows if row["before"] is None or row["before"] < row["sequence"]]


def _covers_json(covers: Sequence[CoveredOrganization]) -> str:
    return to_json([cover.model_dump(mode="json") for cover in covers])


async def division_of(tx: Transaction, party_organization_id: UUID) -> str | None:
    """The division of a Party organization within the caller's scope, None without one."""
    statement = text("SELECT division FROM party_organizations WHERE id = :id")
    found: str | None = await tx.scalar(statement, {"id": party_organization_id})
    return found


_COUNT_NOT_RATED = text(
    f"SELECT count(*) FROM ({ACTIVE}) p "  # noqa: S608 - a fixed statement
    "WHERE p.division BETWEEN rpad(:division, 6, '0') AND rpad(:division, 6, '9') "
    "AND NOT p.form = ANY(CAST(:rated_forms AS text[]))"
)


async def count_not_rated(tx: Transaction, division: str, rated_forms: Sequence[str]) -> int:
    """How many Party organizations inside a division (a prefix) have a form that is not rated."""
    return int(await tx.scalar(_COUNT_NOT_RATED, {"division": division, "rated_forms": list(rated_forms)}))
