"""Every SELECT of the projection's coverage, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction

_TAKE = text(
    """
    INSERT INTO party_organizations AS p (id, division, form, sequence, stated_at, covers)
    SELECT DISTINCT ON (u.id) u.id, u.division, u.form, u.sequence, u.stated_at, COALESCE(c.covers, '{}')
    FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[]), CAST(:forms AS text[]),
                CAST(:sequences AS bigint[]), CAST(:times AS timestamptz[]))
         AS u(id, division, form, sequence, stated_at)
    LEFT JOIN (
        SELECT party, array_agg(organization ORDER BY organization) AS covers
        FROM unnest(CAST(:parties AS uuid[]), CAST(:organizations AS uuid[])) AS x(party, organization) GROUP BY party
    ) AS c ON c.party = u.id
    ORDER BY u.id, u.sequence DESC
    ON CONFLICT (id) DO UPDATE SET form = excluded.form, sequence = excluded.sequence,
        stated_at = excluded.stated_at, covers = excluded.covers
    WHERE p.sequence < excluded.sequence
    RETURNING new.id, ARRAY(SELECT unnest(old.covers) EXCEPT SELECT unnest(new.covers)) AS dropped
    """
)
# Locked before claims are read: whoever comes second sees the claims of whoever came first. Only what may change by
# these statements: an area states its whole list anew with each organization that it takes in, and nearly all of them
# have been its own before.
_LOCK = text(
    """
    SELECT id FROM organizations WHERE id = ANY(ARRAY(
        SELECT k.id FROM party_organizations AS p CROSS JOIN LATERAL unnest(p.covers) AS c(id)
        JOIN organizations AS k ON k.id = c.id
        WHERE p.id = ANY(CAST(:parties AS uuid[]))
          AND (k.covered_by IS DISTINCT FROM p.id OR k.coverage IS DISTINCT FROM p.form)
        UNION (
            SELECT id FROM organizations WHERE covered_by = ANY(CAST(:parties AS uuid[]))
            EXCEPT SELECT unnest(covers) FROM party_organizations WHERE id = ANY(CAST(:parties AS uuid[]))
        )
        UNION SELECT unnest(CAST(:dropped AS uuid[]))
    )) ORDER BY id FOR UPDATE
    """
)
_DERIVE = text(
    """
    UPDATE organizations AS o SET coverage = COALESCE(w.form, 'uncovered'), covered_by = w.id
    FROM organizations AS k LEFT JOIN LATERAL (
        SELECT p.id, p.form FROM party_organizations AS p
        WHERE p.covers @> ARRAY[k.id] AND p.form IN ('standalone', 'joint', 'area')
        ORDER BY p.stated_at DESC, p.id DESC LIMIT 1
    ) AS w ON true
    WHERE k.id = ANY(CAST(:ids AS uuid[])) AND o.id = k.id
      AND (o.covered_by IS DISTINCT FROM w.id OR o.coverage <> COALESCE(w.form, 'uncovered'))
    RETURNING o.id
    """
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a Party organization says of itself by one of its versions; a dissolved one has no form."""

    id: UUID
    division: str
    form: str | None
    sequence: int
    time: datetime
    covers: Sequence[UUID] = ()


async def take_statements(tx: Transaction, statements: Sequence[Statement]) -> dict[UUID, list[UUID]]:
    """Keep the newest statement of each Party organization; returns those that were news, with whom each dropped."""
    if not statements:
        return {}
    pairs = [(one.id, organization) for one in statements for organization in one.covers]
    parameters = {
        "ids": [one.id for one in statements],
        "divisions": [one.division for one in statements],
        "forms": [one.form for one in statements],
        "sequences": [one.sequence for one in statements],
        "times": [one.time for one in statements],
        "parties": [party for party, _ in pairs],
        "organizations": [organization for _, organization in pairs],
    }
    return {row.id: list(row.dropped) for row in await tx.rows(_TAKE, parameters)}


async def derive_coverage(tx: Transaction, taken: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    """Coverage of what these Party organizations covered or cover: of several that claim it, the latest to say so.

    `taken` is what `take_statements` returns. Returns the organizations whose coverage is another one now. Two Party
    organizations are two aggregates, and their events may come in either order; so none of them takes an organization
    away from the other, each only withdraws its own claim.
    """
    dropped = sorted({organization for one in taken.values() for organization in one})
    locked = await tx.rows(_LOCK, {"parties": sorted(taken), "dropped": dropped}) if taken else []
    changed = await tx.rows(_DERIVE, {"ids": [row.id for row in locked]}) if locked else []
    return [row.id for row in changed]


async def settled(
    tx: Transaction, *, covered_by: Sequence[UUID] = (), organization_ids: Sequence[UUID] = ()
) -> list[UUID]:
    """Whose pending case asks for the coverage they have: of these, and of whom these Party organizations cover."""
    if not covered_by and not organization_ids:
        return []
    rows = await tx.rows(
        text(
            "SELECT o.id FROM organizations o JOIN formation_cases c ON c.organization_id = o.id "
            "AND c.state IN ('open', 'deferred') AND c.outcome = o.coverage "
            "WHERE o.id = ANY(CAST(:ids AS uuid[])) OR o.covered_by = ANY(CAST(:parties AS uuid[]))"
        ),
        {"ids": list(organization_ids), "parties": list(covered_by)},
    )
    return [row.id for row in rows]
