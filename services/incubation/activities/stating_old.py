"""States S23 of activities that a version recorded which stated nothing: in events, as later ones are."""

import asyncio
from uuid import UUID

import structlog
from sqlalchemy import text

from services.incubation.activities.double_reports import counted_kinds, restate
from services.incubation.routine.activity_policies import ActivitiesPolicies
from shared.db.base import utc_now
from shared.db.session import Database, Transaction
from shared.process import let_finish

log = structlog.get_logger(__name__)

BATCH = 500
CHECK_SECONDS = 3600.0
_Place = tuple[int, UUID]
_START: _Place = (0, UUID(int=0))
# Who is not known (yet) is stated by nobody: the next check asks again.
_OLD = text(
    """
    SELECT DISTINCT CAST(extract(year FROM a.on_day) AS integer) AS year, p.party_organization_id AS party
    FROM activity_parties AS p JOIN activities AS a ON a.id = p.activity_id
    WHERE a.state = 'recorded' AND a.kind = ANY(CAST(:kinds AS text[]))
      AND (CAST(extract(year FROM a.on_day) AS integer), p.party_organization_id) > (:year, CAST(:party AS uuid))
      AND NOT EXISTS (SELECT FROM double_reports AS d WHERE d.party_organization_id = p.party_organization_id
                      AND d.year = CAST(extract(year FROM a.on_day) AS integer) AND d.version > 0)
    ORDER BY 1, 2 LIMIT :limit
    """
)


async def state_old(database: Database, policies: ActivitiesPolicies, *, batch: int = BATCH) -> int:
    """State every Party organization and year that has activities and was never stated; returns how many were found."""
    found, after = 0, _START
    while True:
        async with database.transaction() as tx:
            places = await _state_batch(tx, policies, after, batch)
        found += len(places)
        if not places:
            return found
        after = places[-1]


async def _state_batch(tx: Transaction, policies: ActivitiesPolicies, after: _Place, batch: int) -> list[_Place]:
    """One year's at a time: `restate` takes Party organizations by years, all with all."""
    kinds = counted_kinds(policies)
    if not kinds:
        return []
    year, party = after
    rows = await tx.rows(_OLD, {"kinds": kinds, "year": year, "party": party, "limit": batch})
    places = [(row.year, row.party) for row in rows if row.year == rows[0].year]
    if places:
        await restate(tx, kinds[0], [one for _, one in places], {places[0][0]}, policies, utc_now())
    return places


async def watch_old_activities(database: Database, policies: ActivitiesPolicies) -> None:
    """Look every `CHECK_SECONDS` until cancelled: while APIs are replaced, those of before state nothing."""

    async def once() -> None:
        if found := await state_old(database, policies):
            log.info("double_reports_stated", found=found)

    while True:
        try:
            await let_finish(once())
        except Exception as error:
            log.warning("double_reports_not_stated", error=type(error).__name__)
        await asyncio.sleep(CHECK_SECONDS)
