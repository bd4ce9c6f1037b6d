"""Every SELECT of double check-ins and reports, and the write of the projection beside them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import text

from services.evaluation.double_reports.rules import Place, YearCounts
from services.evaluation.party_organizations.queries import STATES
from services.evaluation.tables import double_reports
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in double_reports.c)
_UPSERT = insert_list(
    double_reports,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "id")
    + " WHERE double_reports.sequence < excluded.sequence",
)
# As they were at the end of the year; of a year that goes on, as they are. Of a street those that are affiliated to its
# body, of a place above all inside it.
_COUNT = text(
    f"""
    WITH places AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:bodies AS text[]), CAST(:years AS integer[]), CAST(:days AS date[]),
            CAST(:within AS text[])) AS u(body, year, day, within)
    ), parties AS (
        SELECT b.body, b.year, s.id FROM places AS b JOIN ({STATES}) AS s
            ON CASE WHEN b.within IS NULL THEN s.affiliated_to = b.body ELSE s.division LIKE b.within END
            AND s.established_on <= b.day AND (s.dissolved_on IS NULL OR s.dissolved_on > b.day)
            AND COALESCE(s.from_year, b.year) <= b.year AND COALESCE(s.to_year, b.year) >= b.year
    )
    SELECT p.body, p.year, count(*) AS parties, count(*) FILTER (WHERE d.outcome = 'complete') AS complete,
        count(*) FILTER (WHERE d.outcome = 'some_missing') AS some_missing
    FROM parties AS p LEFT JOIN double_reports AS d ON d.party_organization_id = p.id AND d.year = p.year
    GROUP BY 1, 2
    """  # noqa: S608 - ours
)


async def upsert(tx: Transaction, rows: Sequence[Record]) -> None:
    """Store what is stated, unless something newer is known."""
    if rows:
        await tx.execute(_UPSERT, columns_of(rows, _COLUMNS))


async def count_at(tx: Transaction, places: Sequence[Place], today: date) -> dict[tuple[str, int], YearCounts]:
    """How many Party organizations of each body had it in its year, by (code, year): counts, whoever sees them."""
    if not places:
        return {}
    asked = {
        "bodies": [place.body for place in places],
        "years": [place.year for place in places],
        "days": [min(date(place.year, 12, 31), today) for place in places],
        "within": [place.within() for place in places],
    }
    async with tx.system_scope():
        rows = await tx.rows(_COUNT, asked)
    found = {(place.body, place.year): YearCounts() for place in places}
    return found | {(row.body, row.year): YearCounts(row.parties, row.complete, row.some_missing) for row in rows}
