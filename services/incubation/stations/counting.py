"""Stations and the units whose members are managed there, by division and year: for the yearly report."""

from sqlalchemy import text

from services.incubation.history.periods import Counted, ReportYear, counts_of
from shared.db.session import Transaction

_STATIONS = text(
    "SELECT division, count(*) AS stations FROM stations WHERE division LIKE :within AND since <= :day "
    "AND (until IS NULL OR until > :day) GROUP BY 1 ORDER BY 1"
)
_UNITS = text(
    "SELECT division, count(DISTINCT organization_id) AS managed_units FROM managed_units "
    "WHERE division LIKE :within AND since <= :day AND (until IS NULL OR until > :day) GROUP BY 1 ORDER BY 1"
)
_KNOWN_FROM = text(
    "SELECT (SELECT min(since) FROM stations) AS stations, (SELECT min(since) FROM managed_units) AS managed_units"
)


async def count_of_year(tx: Transaction, division: str, year: ReportYear) -> Counted:
    """Stations and managed units on the year's day, by division."""
    asked = year.asked(division)
    counts = counts_of(await tx.rows(_STATIONS, asked), "stations")
    counts += counts_of(await tx.rows(_UNITS, asked), "managed_units")
    async with tx.system_scope():
        begun = await tx.row(_KNOWN_FROM)
    return Counted(counts, {"stations": begun.stations, "managed_units": begun.managed_units})
