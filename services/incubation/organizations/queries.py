"""Every SELECT of the projection's coverage, and the set-based writes beside them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

_TAKE = text(
    "INSERT INTO party_organizations AS p (id, division, form, sequence) "
    "SELECT DISTINCT ON (u.id) u.id, u.division, u.form, u.sequence "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:forms AS text[]), "
    "CAST(:sequences AS bigint[])) AS u(id, division, form, sequence) ORDER BY u.id, u.sequence DESC "
    "ON CONFLICT (id) DO UPDATE SET form = excluded.form, sequence = excluded.sequence "
    "WHERE p.sequence < excluded.sequence RETURNING id"
)
_RELEASE = text(
    "UPDATE organizations SET coverage = 'uncovered', covered_by = NULL "
    "WHERE covered_by = ANY(CAST(:parties AS uuid[])) AND NOT id = ANY(CAST(:kept AS uuid[]))"
)
_COVER = text(
    "UPDATE organizations AS o SET coverage = u.coverage, covered_by = u.party "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:parties AS uuid[]), CAST(:forms AS text[])) AS u(id, party, coverage) "
    "WHERE o.id = u.id"
)


async def take_sequences(tx: Transaction, states: Sequence[tuple[UUID, str, str | None, int]]) -> set[UUID]:
    """Note the sequence of each Party organization; returns those for which it is news."""
    if not states:
        return set()
    ids, divisions, forms, sequences = (list(column) for column in zip(*states, strict=True))
    rows = await tx.rows(_TAKE, {"ids": ids, "divisions": divisions, "forms": forms, "sequences": sequences})
    return {row.id for row in rows}


async def set_coverage(
    tx: Transaction, party_organization_ids: Sequence[UUID], covers: Sequence[tuple[UUID, UUID, str]]
) -> None:
    """Make (organization, Party organization, coverage) the whole of what these Party organizations cover."""
    if not party_organization_ids:
        return
    ids = [organization for organization, _, _ in covers]
    await tx.execute(_RELEASE, {"parties": list(party_organization_ids), "kept": ids})
    if covers:
        parties = [party for _, party, _ in covers]
        forms = [form for _, _, form in covers]
        await tx.execute(_COVER, {"ids": ids, "parties": parties, "forms": forms})


async def settled(tx: Transaction, organization_ids: Sequence[UUID]) -> list[UUID]:
    """Those organizations whose pending case asks for the coverage they have."""
    if not organization_ids:
        return []
    rows = await tx.rows(
        text(
            "SELECT o.id FROM organizations o JOIN formation_cases c ON c.organization_id = o.id "
            "AND c.state IN ('open', 'deferred') AND c.outcome = o.coverage WHERE o.id = ANY(CAST(:ids AS uuid[]))"
        ),
        {"ids": list(organization_ids)},
    )
    return [row.id for row in rows]
