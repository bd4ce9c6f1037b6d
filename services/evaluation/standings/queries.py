"""Every SELECT of what was published of organizations, and the set-based write."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

# An organization counts in one evaluation a year: that of whoever covered it on the day. Where two are rated for it the
# first one stays; one that counts no more gives way. What is unchanged is written only where it is stated `again`.
_PUT = text(
    """
    INSERT INTO standings AS t (id, organization_id, year, division, evaluation_id, party_organization_id, star, total,
        published_on, final_on, sequence)
    SELECT u.id, u.organization_id, u.year, u.division, u.evaluation_id, u.party_organization_id, u.star, u.total,
        u.published_on, u.final_on, 1
    FROM unnest(CAST(:id AS uuid[]), CAST(:organization_id AS uuid[]), CAST(:year AS integer[]),
                CAST(:division AS text[]), CAST(:evaluation_id AS uuid[]), CAST(:party_organization_id AS uuid[]),
                CAST(:star AS smallint[]), CAST(:total AS numeric[]), CAST(:published_on AS date[]),
                CAST(:final_on AS date[]))
         AS u(id, organization_id, year, division, evaluation_id, party_organization_id, star, total, published_on,
              final_on)
    ORDER BY u.organization_id, u.year
    ON CONFLICT (organization_id, year) DO UPDATE SET division = excluded.division,
        evaluation_id = excluded.evaluation_id, party_organization_id = excluded.party_organization_id,
        star = excluded.star, total = excluded.total, published_on = excluded.published_on,
        final_on = excluded.final_on, sequence = t.sequence + 1
    WHERE (t.evaluation_id = excluded.evaluation_id OR t.star IS NULL)
        AND (CAST(:again AS boolean) OR (t.evaluation_id, t.division, t.star, t.total, t.published_on, t.final_on)
            IS DISTINCT FROM (excluded.evaluation_id, excluded.division, excluded.star, excluded.total,
                excluded.published_on, excluded.final_on))
    RETURNING new.id, new.organization_id, new.evaluation_id, new.star, new.total, new.sequence,
        old.division AS before
    """
)
COLUMNS = (
    "id",
    "organization_id",
    "year",
    "division",
    "evaluation_id",
    "party_organization_id",
    "star",
    "total",
    "published_on",
    "final_on",
)
_OF = text(
    "SELECT evaluation_id, organization_id FROM standings "
    "WHERE evaluation_id = ANY(CAST(:ids AS uuid[])) AND star IS NOT NULL"
)


async def organizations_of(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """By evaluation, the organizations for which it was published, and still counts."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for row in await tx.rows(_OF, {"ids": list(evaluation_ids)}):
        found[row.evaluation_id].add(row.organization_id)
    return found


async def put(tx: Transaction, rows: Sequence[Record], *, again: bool) -> list[Any]:
    """Write what ratings are for organizations, each of which stands there once; returns what was written.

    `again`: also where it is what stands there already.
    """
    if not rows:
        return []
    return list(await tx.rows(_PUT, {"again": again, **{name: [row[name] for row in rows] for name in COLUMNS}}))
