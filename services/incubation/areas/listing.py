"""What is shown of areas beside their outlines: how many bodies are in them, and what none covers."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.incubation.history.periods import Counted, ReportYear, counts_of
from services.incubation.organizations.counting import present
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

# Areas are dated, and so are filings; which body is in which area is as it was assigned last.
_STANDING = (
    "SELECT r.code, o.division, o.workers FROM area_outlines AS o JOIN area_records AS r ON r.id = o.area_id "
    "WHERE o.division LIKE :within AND o.valid_from <= :day AND (o.valid_until IS NULL OR o.valid_until > :day)"
)
_FILED = (
    "SELECT f.id, f.division FROM filed_bodies AS f "
    "WHERE f.division LIKE :within AND f.filed_on <= :day AND (f.until IS NULL OR f.until > :day)"
)
_YEAR_AREAS = text(
    f"SELECT a.division, count(*) AS areas, sum(a.workers) AS area_workers FROM ({_STANDING}) AS a "  # noqa: S608 - fixed
    "GROUP BY 1 ORDER BY 1"
)
_YEAR_FILED = text(
    "SELECT f.division, count(*) AS filed_bodies, count(a.code) AS filed_bodies_in_areas "  # noqa: S608 - fixed
    f"FROM ({_FILED}) AS f LEFT JOIN area_bodies AS b ON b.body_id = f.id LEFT JOIN ({_STANDING}) AS a "
    "ON a.code = b.area GROUP BY 1 ORDER BY 1"
)
_YEAR_LYING = (
    "SELECT p.division, count(*) AS organizations_inside_areas FROM ({present}) AS p "  # noqa: S608 - fixed
    f"JOIN area_bodies AS b ON b.body_id = p.organization_id JOIN ({_STANDING}) AS a ON a.code = b.area "
    "GROUP BY 1 ORDER BY 1"
)
# Of the year that runs, counts that triggers keep are added up: whom today's assignment left in an area is in force.
_NOW_FILED = text(
    f"""
    WITH filed AS (
        SELECT division, sum(bodies) AS number FROM filed_body_counts
        WHERE division LIKE :within AND filed_year <= :year AND (until IS NULL OR until > :day) GROUP BY 1
    ), inside AS (
        SELECT c.division, sum(c.bodies) FILTER (WHERE c.filed) AS filed,
            sum(c.bodies) FILTER (WHERE NOT c.filed) AS lying
        FROM area_body_counts AS c JOIN ({_STANDING}) AS a ON a.code = c.area WHERE c.division LIKE :within GROUP BY 1
    )
    SELECT division, f.number AS filed_bodies, i.filed AS filed_bodies_in_areas, i.lying AS organizations_inside_areas
    FROM filed AS f FULL JOIN inside AS i USING (division) ORDER BY 1
    """  # noqa: S608 - fixed
)
_YEAR_KNOWN_FROM = text(
    "SELECT (SELECT min(valid_from) FROM area_outlines) AS areas, (SELECT min(filed_on) FROM filed_bodies) AS filed"
)


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Areas, their workers, and who is filed or registered inside them, by division: for the yearly report."""
    asked = year.asked(division)
    counts = counts_of(await tx.rows(_YEAR_AREAS, asked), "areas", "area_workers")
    if year.running:
        now = await tx.rows(_NOW_FILED, asked)
        inside = ("filed_bodies", "filed_bodies_in_areas", "organizations_inside_areas")
        return Counted(counts + counts_of(now, *inside), {})
    counts += counts_of(await tx.rows(_YEAR_FILED, asked), "filed_bodies", "filed_bodies_in_areas")
    lying = await tx.rows(text(_YEAR_LYING.format(present=present(year))), asked)
    counts += counts_of(lying, "organizations_inside_areas")
    async with tx.system_scope():
        begun = await tx.row(_YEAR_KNOWN_FROM)
    of_areas = dict.fromkeys(
        ("areas", "area_workers", "filed_bodies_in_areas", "organizations_inside_areas"), begun.areas
    )
    return Counted(counts, of_areas | {"filed_bodies": begun.filed})


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
