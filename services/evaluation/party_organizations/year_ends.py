"""Whom Party organizations covered on 31 December of a year (decision 4)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class CoveredOrganization:
    """An organization that a Party organization covered at the end of a year."""

    id: UUID
    kind: str | None


# Of a year since whose end the registry stated nothing, the present state counts; of an earlier one what was kept
# then, with those stated since whose coverage had begun by that day. States that earlier versions kept have `covers`
# organization by organization, or none. Whoever was dissolved by then covered nobody.
_ON = text(
    """
    SELECT p.id AS party, c.organization_id AS id, c.kind
    FROM party_organizations AS p JOIN covered_organizations AS c ON c.party_organization_id = p.id AND c.covered
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND (c.since IS NULL OR c.since <= :day)
      AND (p.dissolved_on IS NULL OR p.dissolved_on > :day)
      AND (c.since IS NOT NULL OR COALESCE(p.since_year, :year) <= :year)
    UNION
    SELECT p.id, COALESCE(o.one->>'id', o.one->>'organization_id')::uuid, o.one->>'kind'
    FROM party_organizations AS p
    CROSS JOIN LATERAL jsonb_to_recordset(p.past_states)
        AS s(from_year integer, to_year integer, dissolved_on date, covers jsonb, organizations jsonb)
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE WHEN jsonb_typeof(s.organizations) = 'array' THEN s.organizations ELSE s.covers END) AS o(one)
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND COALESCE(s.from_year, :year) <= :year AND s.to_year >= :year
      AND (s.dissolved_on IS NULL OR s.dissolved_on > :day)
      AND COALESCE(o.one->>'id', o.one->>'organization_id') IS NOT NULL
      AND COALESCE(CAST(o.one->>'since' AS date), :day) <= :day
    ORDER BY 1, 2
    """
)


async def covered_at_year_end(
    tx: Transaction, party_organization_ids: Sequence[UUID], year: int
) -> dict[UUID, list[CoveredOrganization]]:
    """By Party organization, whom each covered on 31 December of the year; until then, whom it covers now."""
    found: dict[UUID, dict[UUID, CoveredOrganization]] = defaultdict(dict)
    day = {"ids": list(party_organization_ids), "year": year, "day": date(year, 12, 31)}
    for row in await tx.rows(_ON, day):
        found[row.party].setdefault(row.id, CoveredOrganization(row.id, row.kind))
    return {party: list(by_id.values()) for party, by_id in found.items()}


# In each form that a past state was kept in, as above.
_WHO = text(
    """
    SELECT p.id FROM party_organizations AS p
    WHERE EXISTS (SELECT FROM covered_organizations AS c
                  WHERE c.party_organization_id = p.id AND c.organization_id = ANY(CAST(:ids AS uuid[])))
       OR EXISTS (SELECT FROM unnest(ARRAY['organizations[*].id', 'organizations[*].organization_id',
                                           'covers[*].id', 'covers[*].organization_id']) AS place,
                              jsonb_path_query(p.past_states, CAST('$[*].' || place AS jsonpath)) AS one
                  WHERE CAST(one #>> '{}' AS uuid) = ANY(CAST(:ids AS uuid[])))
    ORDER BY p.id
    """
)


async def who_covered(tx: Transaction, organization_ids: Collection[UUID]) -> list[UUID]:
    """Which Party organizations ever covered one of these."""
    return [row.id for row in await tx.rows(_WHO, {"ids": sorted(organization_ids)})]
