"""The one SELECT of the totals of areas by division."""

from datetime import date

from sqlalchemy import text

from shared.db.session import Record, Transaction

_TOTALS = text(
    """
    WITH standing AS (
        SELECT division, count(*) AS areas, sum(workers) AS workers FROM area_outlines
        WHERE division LIKE :within AND valid_from <= :on AND (valid_until IS NULL OR valid_until > :on)
        GROUP BY division
    ), filed AS (
        SELECT f.division, count(*) AS filed_bodies, count(b.area) AS covered
        FROM filed_bodies AS f LEFT JOIN area_bodies AS b ON b.body_id = f.id
        WHERE f.division LIKE :within AND f.filed_on <= :today AND (f.until IS NULL OR f.until > :today)
        GROUP BY f.division
    ), organized AS (
        SELECT division, count(*) AS covered FROM organizations
        WHERE division LIKE :within AND status = 'registered' AND coverage = 'area' GROUP BY division
    )
    SELECT division, COALESCE(s.areas, 0) AS areas, COALESCE(s.workers, 0) AS workers,
        COALESCE(f.filed_bodies, 0) AS filed_bodies, COALESCE(f.covered, 0) AS filed_bodies_covered,
        COALESCE(o.covered, 0) AS organizations_covered
    FROM standing AS s FULL JOIN filed AS f USING (division) FULL JOIN organized AS o USING (division)
    ORDER BY division
    """
)


async def totals_of(tx: Transaction, division: str | None, on: date, today: date) -> list[Record]:
    """By division, its areas and workers of a day, and the bodies that areas cover today; those with any of them."""
    return await tx.records(_TOTALS, {"within": f"{division or ''}%", "on": on, "today": today})
