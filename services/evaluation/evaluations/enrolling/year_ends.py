"""States again, once a year has ended, whom ratings count for that were completed before its last day (decision 4)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from services.evaluation.party_organizations.queries import described_columns
from services.evaluation.party_organizations.year_ends import covered_at_year_end
from services.evaluation.standings.publishing import restate_standings
from shared.contracts.base import Form
from shared.db.session import Transaction
from shared.field.calendar import china_day

_COMPLETED = text(
    f"SELECT e.id AS evaluation_id, e.year, e.party_organization_id, {described_columns('p')}, e.division, e.total, "  # noqa: S608 - fixed statements
    "e.star, e.published_on, e.completed_at FROM evaluations AS e "
    "JOIN party_organizations AS p ON p.id = e.party_organization_id "
    "WHERE e.cycle_id = ANY(CAST(:ids AS uuid[])) AND e.state = 'completed' ORDER BY e.id FOR UPDATE OF e"
)


@dataclass(frozen=True, slots=True)
class Completed:
    """A rating that was completed before its year ended."""

    evaluation_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    form: Form
    division: str
    total: Decimal
    star: int
    published_on: date
    final_on: date


async def restate_after_year_end(tx: Transaction, cycle_ids: Sequence[UUID], now: datetime) -> int:
    """Publish the standings of cycles' completed ratings again, where they count for others; returns how many."""
    async with tx.system_scope():
        rows = await tx.records(_COMPLETED, {"ids": list(cycle_ids)})
        by_year: dict[int, list[UUID]] = defaultdict(list)
        for row in rows:
            by_year[row["year"]].append(row["party_organization_id"])
        # One statement for each year: cycles that were opened in two years may end together.
        covered = {
            (party, year): [one.id for one in organizations]
            for year, parties in sorted(by_year.items())
            for party, organizations in (await covered_at_year_end(tx, parties, year)).items()
        }
    published = [
        (
            Completed(
                evaluation_id=row["evaluation_id"],
                year=row["year"],
                party_organization_id=row["party_organization_id"],
                party_organization_name=row["party_organization_name"],
                form=row["form"],
                division=row["division"],
                total=row["total"],
                star=row["star"],
                published_on=row["published_on"] or china_day(row["completed_at"]),
                final_on=china_day(row["completed_at"]),
            ),
            covered.get((row["party_organization_id"], row["year"]), []),
        )
        for row in rows
    ]
    return await restate_standings(tx, published, now)
