"""Reads what other modules of funding know: one SELECT for each, as reports do."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from services.funding.coverage.rules import whom_it_covered
from services.funding.entries.rules import Entry
from services.funding.forecasts.counting import Known, place_of
from services.funding.forecasts.inputs import ForeseenDues
from services.funding.forecasts.needs.comparing import Appropriated
from services.funding.members import queries as members
from services.funding.runs.queries import parties_within
from shared.db.session import Transaction

_STARS = text(
    "SELECT DISTINCT ON (recipient_id) recipient_id, CAST(facts->>'star' AS integer) AS star FROM grant_decisions "
    "WHERE trigger = 'evaluation' AND year < :year AND as_of < :until AND starts_with(division, :division) "
    "AND facts->>'star' IS NOT NULL ORDER BY recipient_id, year DESC, as_of DESC, id DESC"
)
_ENTRIES = text("SELECT * FROM scheme_entries WHERE state = 'confirmed' AND starts_with(division, :division)")
_PAID_ONCE = text(
    "SELECT recipient_id, scheme FROM grants WHERE period = 'once' "
    "AND (state <> 'reversed' OR returned_fen < return_due_fen) "
    "AND starts_with(division, :division)"
)
# Of each holder its latest certified year: only these figures were checked.
_DUES = text(
    "SELECT d.division, sum(q.remitted_fen)::bigint AS remitted_fen, "
    "sum(GREATEST(d.base_fen, 0))::bigint AS retained_fen FROM ("
    "SELECT DISTINCT ON (holder_id) id, division, base_fen FROM dues_years WHERE state = 'certified' AND year < :year "
    "AND starts_with(division, :division) ORDER BY holder_id, year DESC) AS d CROSS JOIN LATERAL ("
    "SELECT COALESCE(sum(l.remitted_fen), 0) AS remitted_fen FROM (SELECT DISTINCT ON (quarter) remitted_fen "
    "FROM dues_quarters WHERE dues_id = d.id ORDER BY quarter, revision DESC) AS l) AS q GROUP BY d.division"
)
_APPROPRIATIONS = text(
    "SELECT a.id, a.code, a.division, a.level, a.source, a.purpose, "
    "a.amount_fen + a.carried_fen - a.committed_fen AS left_fen, COALESCE(c.charged_fen, 0) AS charged_fen "
    "FROM appropriations a LEFT JOIN LATERAL (SELECT sum(c.amount_fen)::bigint AS charged_fen FROM commitments c "
    "JOIN grants g ON g.id = c.grant_id WHERE c.appropriation_id = a.id AND c.state <> 'released' "
    "AND COALESCE(g.of_year, g.year) = :of_year AND starts_with(g.division, :division)) AS c ON true "
    "WHERE a.year = :year AND a.state = 'open' "
    "AND (starts_with(a.division, :division) OR starts_with(:division, a.division)) ORDER BY a.code"
)


async def load(tx: Transaction, division: str, year: int, day: date, until: datetime) -> Known:
    """What funding knows of a division, given as a prefix; stars as they were stated before `until`."""
    parties = await parties_within(tx, division)
    # Whom a joint branch covers may lie in another division than it does.
    async with tx.system_scope():
        covered = {one for party in parties for one in whom_it_covered(party, day)}
        organizations = await members.load(tx, sorted(covered))
    within = {"division": division}
    stars = await tx.rows(_STARS, {**within, "year": year, "until": until})
    entries = [Entry(**row) for row in await tx.records(_ENTRIES, within)]
    paid = await tx.rows(_PAID_ONCE, within)
    by_party: Mapping[UUID, int] = {row.recipient_id: row.star for row in stars}
    return Known(parties, organizations, by_party, entries, frozenset((row.recipient_id, row.scheme) for row in paid))


async def dues_of(tx: Transaction, division: str, year: int) -> list[ForeseenDues]:
    """Certified dues of the latest year before, by division."""
    rows = await tx.records(_DUES, {"division": division, "year": year})
    return [ForeseenDues(**{**row, "division": place_of(row["division"])}) for row in rows]


async def appropriations_of(tx: Transaction, division: str, budget_year: int, of_year: int) -> list[Appropriated]:
    """Open appropriations of a year that grants of the division would be charged to: of it, inside it, above it."""
    asked = {"division": division, "year": budget_year, "of_year": of_year}
    # As approvals do: a district's grant may be charged to the city's appropriation.
    async with tx.system_scope():
        return [Appropriated(**row) for row in await tx.records(_APPROPRIATIONS, asked)]
