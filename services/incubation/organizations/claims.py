"""Whom Party organizations claim to cover, and the coverage of organizations that follows from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from shared.contracts.covering import Covering
from shared.db.session import Transaction

# A `stated_sequence` above `sequence` is that of a row which a replay has set back.
_STATED = "LEAST(COALESCE(p.stated_sequence, p.sequence), p.sequence)"
_UPSERT = text(
    f"""
    INSERT INTO party_organizations AS p (id, division, form, sequence, stated_at, kind, covers, stated_sequence)
    SELECT u.id, u.division, u.form, u.sequence, u.stated_at, u.kind, CASE WHEN u.whole = u.sequence THEN c.covers END,
        COALESCE(u.whole, 0)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:forms AS text[]),
                CAST(:sequences AS bigint[]), CAST(:times AS timestamptz[]), CAST(:wholes AS bigint[]),
                CAST(:kinds AS text[])) AS u(id, division, form, sequence, stated_at, whole, kind)
    CROSS JOIN LATERAL (
        SELECT COALESCE(array_agg(organization ORDER BY organization), '{{}}') AS covers
        FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[])) AS x(party, organization)
        WHERE x.party = u.id
    ) AS c
    ORDER BY u.id
    ON CONFLICT (id) DO UPDATE SET
        division = CASE WHEN p.sequence < excluded.sequence THEN excluded.division ELSE p.division END,
        form = CASE WHEN p.sequence < excluded.sequence THEN excluded.form ELSE p.form END,
        kind = CASE WHEN p.sequence < excluded.sequence THEN excluded.kind ELSE p.kind END,
        stated_at = CASE WHEN p.sequence < excluded.sequence THEN excluded.stated_at ELSE p.stated_at END,
        covers = CASE WHEN p.sequence < excluded.sequence THEN COALESCE(excluded.covers, p.covers) ELSE p.covers END,
        stated_sequence = GREATEST(excluded.stated_sequence, {_STATED}),
        sequence = GREATEST(p.sequence, excluded.sequence)
    WHERE p.sequence < excluded.sequence OR {_STATED} < excluded.stated_sequence
    RETURNING new.id, new.stated_sequence, new.sequence, old.sequence AS before
    """  # noqa: S608 - a fixed expression
)
_PUT_CLAIMS = text(
    """
    INSERT INTO coverage_claims AS t (id, party_organization_id, division, organization_id, sequence, covered)
    SELECT md5(u.party::text || u.organization::text)::uuid, u.party, p.division, u.organization, u.sequence, u.covered
    FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[]), CAST(:sequences AS bigint[]),
                CAST(:covered AS boolean[])) AS u(party, organization, sequence, covered)
    JOIN party_organizations AS p ON p.id = u.party AND u.sequence >= COALESCE(p.stated_sequence, 0)
    ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, covered = excluded.covered,
        division = excluded.division
    WHERE t.sequence <= excluded.sequence
    RETURNING organization_id
    """
)
_DROP_CLAIMS = text(
    """
    DELETE FROM coverage_claims AS c USING party_organizations AS p
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND c.party_organization_id = p.id AND c.sequence < p.stated_sequence
    RETURNING c.organization_id
    """
)
_END_CLAIMS = text(
    "DELETE FROM coverage_claims WHERE party_organization_id = ANY(CAST(:ids AS uuid[])) RETURNING organization_id"
)
# An organization that becomes known, and a Party organization that claims it: of two transactions at once neither sees
# what the other writes. So they take turns in a division; organizations do not wait for each other.
_MEET = (
    "SELECT pg_advisory_xact_lock{}(hashtextextended('claims ' || u.division, 0)) "
    "FROM unnest(CAST(:divisions AS text[])) AS u(division)"
)
_MEET_ALONE, _MEET_BESIDE = text(_MEET.format("")), text(_MEET.format("_shared"))
# Locked before claims are read, so that of two transactions the second sees what the first claimed.
_LOCK = text("SELECT id FROM organizations WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
_DERIVE_COVERAGE = text(
    """
    UPDATE organizations AS o SET coverage = COALESCE(w.form, 'uncovered'), covered_by = w.id
    FROM organizations AS k LEFT JOIN LATERAL (
        SELECT p.id, p.form FROM coverage_claims AS c JOIN party_organizations AS p ON p.id = c.party_organization_id
        WHERE c.organization_id = k.id AND c.covered AND p.form IN ('standalone', 'joint', 'area')
        ORDER BY p.stated_at DESC NULLS LAST, p.id DESC LIMIT 1
    ) AS w ON true
    WHERE k.id = ANY(CAST(:ids AS uuid[])) AND o.id = k.id
      AND (o.covered_by IS DISTINCT FROM w.id OR o.coverage <> COALESCE(w.form, 'uncovered'))
    RETURNING o.id
    """
)


@dataclass(frozen=True, slots=True)
class PartyOrganizationState:
    """The newest that is stated of a Party organization (its form: None once dissolved), and whom it claims."""

    id: UUID
    division: str
    form: str | None
    sequence: int
    stated_at: datetime
    covering: Covering
    kind: str | None = None


async def meet(tx: Transaction, divisions: Iterable[str]) -> None:
    """Wait for those who take in claims in these divisions, before organizations of theirs become known.

    Before any row is locked: who takes in claims locks cases and organizations after its turn has come.
    """
    await tx.execute(_MEET_BESIDE, {"divisions": sorted(set(divisions))})


async def take(tx: Transaction, states: Sequence[PartyOrganizationState]) -> tuple[list[UUID], set[UUID]]:
    """Store what is news, and whatever is newer of single claims, once no organization becomes known meanwhile.

    Returns the Party organizations that were news, and the organizations whose claims changed. An event that was
    delivered late adds what no later one has stated.
    """
    covers = [cover for one in states for _, cover in one.covering.claims.values() if cover is not None]
    places = {one.division for one in states} | {cover.division for cover in covers if cover.division is not None}
    await tx.execute(_MEET_ALONE, {"divisions": sorted(places)})
    whole = [(one.id, cover.organization_id) for one in states for cover in one.covering.whole or ()]
    rows = await tx.rows(
        _UPSERT,
        {
            "ids": [one.id for one in states],
            "divisions": [one.division for one in states],
            "forms": [one.form for one in states],
            "sequences": [one.sequence for one in states],
            "times": [one.stated_at for one in states],
            "kinds": [one.kind for one in states],
            "wholes": [one.covering.whole_sequence for one in states],
            "parties": [party for party, _ in whole],
            "organizations": [organization for _, organization in whole],
        },
    )
    claims = [
        (one.id, organization, sequence, cover is not None)
        for one in states
        for organization, (sequence, cover) in one.covering.claims.items()
    ]
    names = ("parties", "organizations", "sequences", "covered")
    put = await tx.rows(_PUT_CLAIMS, {name: [claim[n] for claim in claims] for n, name in enumerate(names)})
    whole_of = {one.id: one.covering.whole_sequence for one in states}
    replaced = [row.id for row in rows if row.stated_sequence == whole_of[row.id]]
    dropped = await tx.rows(_DROP_CLAIMS, {"ids": replaced})
    news = [row.id for row in rows if row.before is None or row.before < row.sequence]
    return news, {row.organization_id for row in (*put, *dropped)}


async def claimed_by(tx: Transaction, party_organization_ids: Sequence[UUID]) -> set[UUID]:
    """Drop every claim of these; returns the organizations that they claimed."""
    return {row.organization_id for row in await tx.rows(_END_CLAIMS, {"ids": list(party_organization_ids)})}


async def derive_coverage(tx: Transaction, organization_ids: Iterable[UUID]) -> list[UUID]:
    """Set the coverage of these organizations: of several claims the latest counts.

    Returns those whose coverage changed. The events of two Party organizations may arrive in either order, so none
    takes an organization from another: each only withdraws its own claim.
    """
    ids = sorted(set(organization_ids))
    if not ids:
        return []
    await tx.execute(_LOCK, {"ids": ids})
    return [row.id for row in await tx.rows(_DERIVE_COVERAGE, {"ids": ids})]
