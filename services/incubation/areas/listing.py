"""What is shown of areas beside their outlines: how many bodies are in them, and what none covers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

_COUNTED = text(
    """
    SELECT b.area, count(*) FILTER (WHERE NOT b.filed) AS organizations,
        count(*) FILTER (WHERE k.coverage = 'area') AS covered_by_area,
        count(*) FILTER (WHERE k.coverage = 'uncovered') AS uncovered,
        count(*) FILTER (WHERE b.filed) AS filed_bodies
    FROM area_bodies AS b LEFT JOIN organizations AS k ON k.id = b.body_id AND NOT b.filed
    WHERE b.area = ANY(CAST(:codes AS text[])) GROUP BY b.area
    """
)


# Each sort is limited before they are merged. Whom its own or a joint Party organization covers needs no area.
_UNCOVERED = text(
    """
    (SELECT k.id, 'organization' AS what, k.division, k.uscc AS number, k.name, k.street, NULL::text AS areas,
        NULL::bigint AS square_metres, k.lon, k.lat
    FROM organizations AS k
    WHERE k.status = 'registered' AND k.lon IS NOT NULL AND k.coverage IN ('uncovered', 'area')
      AND k.division LIKE :within AND (CAST(:after AS uuid) IS NULL OR k.id > :after)
      AND NOT EXISTS (SELECT FROM area_bodies AS b WHERE b.body_id = k.id AND b.area IS NOT NULL)
    ORDER BY k.id LIMIT :most)
    UNION ALL
    (SELECT f.id, 'filed_body', f.division, f.number, f.name, f.street, NULL, NULL, f.lon, f.lat
    FROM filed_bodies AS f
    WHERE f.lon IS NOT NULL AND f.filed_on <= :on AND (f.until IS NULL OR f.until > :on)
      AND f.division LIKE :within AND (CAST(:after AS uuid) IS NULL OR f.id > :after)
      AND NOT EXISTS (SELECT FROM area_bodies AS b WHERE b.body_id = f.id AND b.area IS NOT NULL)
    ORDER BY f.id LIMIT :most)
    UNION ALL
    (SELECT u.id, u.what, u.division, NULL, NULL, NULL, NULLIF(u.areas, ''), u.square_metres, u.lon, u.lat
    FROM area_faults AS u
    WHERE u.division LIKE :within AND (CAST(:after AS uuid) IS NULL OR u.id > :after)
    ORDER BY u.id LIMIT :most)
    ORDER BY id LIMIT :most
    """
)


_LONE = text(
    """
    SELECT k.id, 'organization' AS what, k.lon, k.lat FROM organizations AS k
    WHERE k.division = :division AND k.status = 'registered' AND k.lon IS NOT NULL
      AND k.coverage IN ('uncovered', 'area')
      AND NOT EXISTS (SELECT FROM area_bodies AS b WHERE b.body_id = k.id AND b.area IS NOT NULL)
    UNION ALL
    SELECT f.id, 'filed_body', f.lon, f.lat FROM filed_bodies AS f
    WHERE f.division = :division AND f.lon IS NOT NULL AND f.filed_on <= :on AND (f.until IS NULL OR f.until > :on)
      AND NOT EXISTS (SELECT FROM area_bodies AS b WHERE b.body_id = f.id AND b.area IS NOT NULL)
    ORDER BY id
    """
)


async def list_lone(tx: Transaction, division: str, on: date) -> Sequence[Any]:
    """A division's bodies with a position in no area (`id`, `what`, `lon`, `lat`), as `list_uncovered` has them."""
    return await tx.rows(_LONE, {"division": division, "on": on})


async def count_bodies(tx: Transaction, codes: Sequence[str]) -> dict[str, dict[str, int]]:
    """By area's code, how many bodies of each sort are in it; an organization whoever covers it."""
    rows = await tx.records(_COUNTED, {"codes": list(codes)})
    return {row.pop("area"): row for row in rows}


async def list_uncovered(
    tx: Transaction, *, division: str | None, on: date, after: str | None, limit: int
) -> list[Record]:
    """A page by id of bodies with a position in no area, of gaps, and of overlaps."""
    named: dict[str, Any] = {
        "within": f"{division or ''}%",
        "on": on,
        "after": None if after is None else UUID(after),
        "most": limit + 1,
    }
    return await tx.records(_UNCOVERED, named)
