"""States again whom ratings count for, once their year has ended or another rating counts no more (decision 4)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.evaluation.consequences.deriving.following import Consequences, follow_restated
from services.evaluation.consequences.deriving.rules import FinalRating
from services.evaluation.party_organizations.queries import described_columns
from services.evaluation.party_organizations.year_ends import CoveredOrganization, covered_at_year_end, who_covered
from services.evaluation.standings.publishing import publish_standings, restate_standings
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day

_COMPLETED = (
    f"SELECT e.id, e.cycle_id, e.year, e.party_organization_id, {described_columns('p')}, e.division, e.total, e.star, "  # noqa: S608 - fixed statements
    "COALESCE(CAST(e.decision->>'laggard' AS boolean), false) AS laggard, e.published_on, e.completed_at, e.sequence, "
    "CAST(e.earlier->-1->>'sequence' AS bigint) AS corrects FROM evaluations AS e "
    "JOIN party_organizations AS p ON p.id = e.party_organization_id "
    "WHERE {which} AND e.state = 'completed' ORDER BY e.id FOR UPDATE OF e"
)
_OF_CYCLES = text(_COMPLETED.format(which="e.cycle_id = ANY(CAST(:ids AS uuid[]))"))
_OF_PARTIES = text(_COMPLETED.format(which="e.party_organization_id = ANY(CAST(:ids AS uuid[])) AND e.year = :year"))
Rating = tuple[FinalRating, Sequence[CoveredOrganization]]


async def restate_after_year_end(
    tx: Transaction, cycle_ids: Sequence[UUID], consequences: Consequences, now: datetime
) -> int:
    """Publish the standings of cycles' completed ratings again, where they count for others; returns how many.

    What follows for the organizations (letter, ceiling, procurement) is brought in line.
    """
    async with tx.system_scope():
        ratings = await _with_covered(tx, await tx.records(_OF_CYCLES, {"ids": list(cycle_ids)}))
    freed, changed = await restate_standings(
        tx, [(one, [each.id for each in covered]) for one, covered in ratings], now
    )
    # Of all: what follows goes by whom each covered, were another one's rating published for them.
    await follow_restated(tx, ratings, consequences, now)
    for year in sorted(freed):
        await restate_freed(tx, freed[year], year, now)
    return changed


async def publish_final(tx: Transaction, ratings: Sequence[Rating], now: datetime) -> None:
    """Publish completed ratings of one year for those whom they count for; whom one leaves, another may count for."""
    freed = await publish_standings(tx, [(rating, [one.id for one in covered]) for rating, covered in ratings], now)
    await restate_freed(tx, freed, ratings[0][0].year, now)


async def restate_freed(tx: Transaction, organization_ids: Collection[UUID], year: int, now: datetime) -> None:
    """Let the rating of another Party organization that covered these count for them, since that before does not.

    While that one counted, theirs was passed over: an organization counts in one evaluation a year.
    """
    if not organization_ids:
        return
    async with tx.system_scope():
        parties = await who_covered(tx, organization_ids)
        rows = await tx.records(_OF_PARTIES, {"ids": parties, "year": year})
        ratings = await _with_covered(tx, rows)
    await restate_standings(tx, [(one, [each.id for each in covered]) for one, covered in ratings], now)


async def _with_covered(tx: Transaction, rows: Sequence[Record]) -> list[Rating]:
    by_year: dict[int, list[UUID]] = defaultdict(list)
    for row in rows:
        by_year[row["year"]].append(row["party_organization_id"])
    # One statement for each year: cycles that were opened in two years may end together.
    covered = {
        (party, year): organizations
        for year, parties in sorted(by_year.items())
        for party, organizations in (await covered_at_year_end(tx, parties, year)).items()
    }
    return [(_rating(row), covered.get((row["party_organization_id"], row["year"]), [])) for row in rows]


def _rating(row: Record) -> FinalRating:
    final_on = china_day(row["completed_at"])
    return FinalRating(
        evaluation_id=row["id"],
        cycle_id=row["cycle_id"],
        year=row["year"],
        party_organization_id=row["party_organization_id"],
        party_organization_name=row["party_organization_name"],
        form=row["form"],
        division=row["division"],
        total=row["total"],
        star=row["star"],
        laggard=row["laggard"],
        published_on=row["published_on"] or final_on,
        final_on=final_on,
        completed_at=row["completed_at"],
        sequence=row["sequence"],
        corrects=row["corrects"],
    )
