"""Incubatees by division and year, and how far their Party organizations are: for the yearly report."""

from sqlalchemy import text

from services.incubation.history.periods import Counted, ReportYear, counts_of
from services.incubation.organizations.counting import present
from shared.db.session import Transaction

# They are their incubator's division's; one branch may cover several of them.
_COUNT = """
SELECT i.division, count(*) FILTER (WHERE i.entered_on >= :first) AS incubatees_entered,
    count(*) FILTER (WHERE i.graduated_on BETWEEN :first AND :day) AS incubatees_graduated,
    count(*) FILTER (WHERE i.exited_on BETWEEN :first AND :day) AS incubatees_exited,
    count(*) FILTER (WHERE {inside}) AS incubatees_inside,
    count(*) FILTER (WHERE {inside} AND p.coverage IN ('standalone', 'joint')) AS incubatees_on_both_tracks,
    count(DISTINCT i.organization_id) FILTER (WHERE i.organization_id IS NOT NULL)
        + count(*) FILTER (WHERE i.organization_id IS NULL) AS incubated,
    count(DISTINCT p.party) FILTER (WHERE p.coverage = 'standalone') AS incubated_standalone_branches,
    count(DISTINCT p.party) FILTER (WHERE p.coverage = 'joint') AS incubated_joint_branches
FROM incubatees AS i LEFT JOIN ({present}) AS p ON p.organization_id = i.organization_id
WHERE i.division LIKE :within AND i.entered_on <= :day GROUP BY 1 ORDER BY 1
"""
_INSIDE = "(i.graduated_on IS NULL OR i.graduated_on > :day) AND (i.exited_on IS NULL OR i.exited_on > :day)"
_FIGURES = (
    "incubatees_entered",
    "incubatees_graduated",
    "incubatees_exited",
    "incubatees_inside",
    "incubatees_on_both_tracks",
    "incubated",
    "incubated_standalone_branches",
    "incubated_joint_branches",
)
_KNOWN_FROM = text("SELECT min(entered_on) FROM incubatees")


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Who entered, graduated and left in the year, who is inside on its day, and which have a Party organization."""
    statement = text(_COUNT.format(inside=_INSIDE, present=present(year)))
    counts = counts_of(await tx.rows(statement, year.asked(division)), *_FIGURES)
    async with tx.system_scope():
        begun = await tx.scalar(_KNOWN_FROM)
    return Counted(counts, dict.fromkeys(_FIGURES, begun))
