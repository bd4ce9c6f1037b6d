"""Every SELECT of what was published of organizations, and the set-based write."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.base import new_id
from shared.db.session import Transaction

# An organization counts in one evaluation a year: that of whoever covered it on the day. Where two are rated for it the
# first one stays; a rating that counts no more makes room.
_PUT = text(
    """
    INSERT INTO standings AS t (id, organization_id, year, division, evaluation_id, party_organization_id, star, total,
        published_on, final_on, sequence)
    SELECT u.id, u.organization_id, :year, :division, :evaluation, :party, u.star, u.total, :published, :final, 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:organizations AS uuid[]), CAST(:stars AS smallint[]),
                CAST(:totals AS numeric[])) AS u(id, organization_id, star, total)
    ORDER BY u.organization_id
    ON CONFLICT (organization_id, year) DO UPDATE SET division = excluded.division,
        evaluation_id = excluded.evaluation_id, party_organization_id = excluded.party_organization_id,
        star = excluded.star, total = excluded.total, published_on = excluded.published_on,
        final_on = excluded.final_on, sequence = t.sequence + 1
    WHERE t.evaluation_id = excluded.evaluation_id OR t.star IS NULL
    RETURNING new.id, new.organization_id, new.star, new.total, new.sequence, old.division AS before
    """
)
_OF = text("SELECT organization_id FROM standings WHERE evaluation_id = :id AND star IS NOT NULL ORDER BY 1")


async def organizations_of(tx: Transaction, evaluation_id: UUID) -> list[UUID]:
    """The organizations for which an evaluation was published, and still counts."""
    return [row.organization_id for row in await tx.rows(_OF, {"id": evaluation_id})]


async def put(
    tx: Transaction,
    rated: Sequence[tuple[UUID, int | None, Decimal | None]],
    *,
    evaluation_id: UUID,
    party_organization_id: UUID,
    year: int,
    division: str,
    published_on: date,
    final_on: date,
) -> list[Any]:
    """Write what a rating is for organizations (id, star, total); returns those that it was written for."""
    if not rated:
        return []
    values = {
        "ids": [new_id() for _ in rated],
        "organizations": [one[0] for one in rated],
        "stars": [one[1] for one in rated],
        "totals": [one[2] for one in rated],
        "year": year,
        "division": division,
        "evaluation": evaluation_id,
        "party": party_organization_id,
        "published": published_on,
        "final": final_on,
    }
    return list(await tx.rows(_PUT, values))
