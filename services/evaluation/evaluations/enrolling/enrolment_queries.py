"""Whom open cycles are for, and the set-based writes that enrol and withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text

from services.evaluation.cycles.queries import OPEN_CYCLES, OPENED_CYCLES
from services.evaluation.cycles.rules import Counts
from services.evaluation.evaluations.queries import moved, taken
from services.evaluation.evaluations.rules import State
from services.evaluation.objections import queries as objections
from services.evaluation.party_organizations.queries import EXISTED, STATES
from services.evaluation.party_organizations.rules import Cover
from services.evaluation.tables import evaluations
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction

_NEW_COLUMNS = (
    "id",
    "cycle_id",
    "year",
    "party_organization_id",
    "division",
    "type",
    "state",
    "reasons",
    "sequence",
    "version",
    "enrolled_at",
    "steps",
    "deadlines",
)
_IN_OPEN_CYCLE = "EXISTS (SELECT FROM cycles c WHERE c.id = evaluations.cycle_id AND c.state = 'open')"
_SCORED = "EXISTS (SELECT FROM evaluation_scores s WHERE s.evaluation_id = evaluations.id)"
# Who is enrolled stays so. Until there are scores, it follows what it is rated by: its type, form, kind and number of
# units, and the cycle of the smallest division; a change of division is noted. Who ended and exists again comes back.
_RATED_BY = (
    "ARRAY[{of}.reasons->0->'facts'->'organizations', {of}.reasons->0->'facts'->'form', "
    "{of}.reasons->0->'facts'->'kind']"
)
_REASONS = (
    "excluded.reasons || jsonb_path_query_array(evaluations.reasons, '$[*] ? (@.rule == \"R-moved\")') || "
    "CASE WHEN evaluations.division = excluded.division OR evaluations.cycle_id = excluded.cycle_id THEN '[]' "
    f"ELSE {moved('evaluations', 'excluded', 'excluded.enrolled_at')} END"
)
_INSERT = insert_list(
    evaluations,
    _NEW_COLUMNS,
    "ON CONFLICT (party_organization_id, year) DO UPDATE SET "
    f"state = CASE WHEN {_SCORED} THEN 'scoring' ELSE 'enrolled' END, withdrawn_at = NULL, "
    f"type = CASE WHEN {_SCORED} THEN evaluations.type ELSE excluded.type END, "
    f"reasons = CASE WHEN {_SCORED} THEN evaluations.reasons ELSE {_REASONS} END, "
    f"cycle_id = CASE WHEN {_SCORED} THEN evaluations.cycle_id ELSE excluded.cycle_id END, "
    f"division = CASE WHEN {_SCORED} OR evaluations.cycle_id = excluded.cycle_id THEN evaluations.division "
    "ELSE excluded.division END, "
    f"deadlines = CASE WHEN {_SCORED} THEN evaluations.deadlines ELSE excluded.deadlines END, "
    "version = evaluations.version + 1, steps = evaluations.steps || "
    "CASE WHEN evaluations.state = 'withdrawn' THEN excluded.steps ELSE '[]' END "
    f"WHERE {_IN_OPEN_CYCLE} AND (evaluations.state = 'withdrawn' OR (evaluations.state = 'enrolled' "
    f"AND NOT {_SCORED} AND ((evaluations.type, evaluations.cycle_id) <> (excluded.type, excluded.cycle_id) "
    f"OR {_RATED_BY.format(of='evaluations')} <> {_RATED_BY.format(of='excluded')}))) "
    "RETURNING id",
)


async def enrol(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Enrol, once a year each; bring up to date whoever is enrolled and not scored yet."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _NEW_COLUMNS))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A Party organization that an open cycle is for."""

    party_organization_id: UUID
    division: str
    form: str
    kind: str | None
    covers: Sequence[Cover]
    cycle_id: UUID
    year: int
    established_on: date


# The division is that of the reference date; of an evaluation that moved since, its own. Where several open cycles of a
# year contain it, the most particular one is chosen. Those already enrolled are left to the INSERT: a NOT EXISTS here
# was planned once, on empty tables, and took 5 s per list on full ones.
_DIVISION = (
    "CASE WHEN p.present_division = p.division THEN p.division ELSE COALESCE((SELECT e.division FROM evaluations e "
    "WHERE e.party_organization_id = p.id AND e.year = c.year AND e.state <> 'withdrawn'), p.division) END"
)
_CANDIDATES = (
    f"SELECT DISTINCT ON (p.id, c.year) p.id AS party_organization_id, {_DIVISION} AS division, p.form, p.kind, "  # noqa: S608 - fixed
    f"p.covers, c.id AS cycle_id, c.year, p.established_on FROM ({STATES}) p "
    f"JOIN ({OPEN_CYCLES}) c ON {_DIVISION} BETWEEN c.first_division AND c.last_division "
    f"WHERE {{chosen}} AND {EXISTED} AND jsonb_exists(c.rated_forms, p.form) "
    "ORDER BY p.id, c.year, length(c.division) DESC"
)
_CANDIDATES_OF_CYCLES = text(
    f"SELECT * FROM ({_CANDIDATES.format(chosen='true')}) x WHERE cycle_id = ANY(CAST(:ids AS uuid[]))"  # noqa: S608
)
_CANDIDATES_AMONG = text(_CANDIDATES.format(chosen="p.id = ANY(CAST(:ids AS uuid[]))"))


async def candidates_of_cycles(tx: Transaction, cycle_ids: Sequence[UUID]) -> list[Candidate]:
    """Whom open cycles are for, enrolled already or not."""
    return [_to_candidate(row) for row in await tx.records(_CANDIDATES_OF_CYCLES, {"ids": list(cycle_ids)})]


async def candidates_among(tx: Transaction, party_organization_ids: Sequence[UUID]) -> list[Candidate]:
    """Which of these an open cycle is for, enrolled already or not."""
    return [_to_candidate(row) for row in await tx.records(_CANDIDATES_AMONG, {"ids": list(party_organization_ids)})]


def _to_candidate(row: Record) -> Candidate:
    covers = [Cover(cover["kind"], cover.get("evaluation_type"), cover.get("count", 1)) for cover in row["covers"]]
    return Candidate(**{**row, "covers": covers})


_WITHDRAW = (
    "UPDATE evaluations e SET state = 'withdrawn', phase = NULL, decision = NULL, published_on = NULL, "  # noqa: S608
    "notice_until = NULL, withdrawn_at = :now, version = e.version + 1, "
    f"steps = e.steps || CAST(:steps AS jsonb) FROM ({OPEN_CYCLES}) c "
    "WHERE c.id = e.cycle_id AND {chosen} = ANY(CAST(:ids AS uuid[])) "
    "AND e.state = ANY(CAST(:states AS text[])) AND e.earlier = '[]' AND NOT EXISTS (SELECT FROM "
    f"({STATES}) p WHERE p.id = e.party_organization_id AND {EXISTED} AND jsonb_exists(c.rated_forms, p.form)) "
    "RETURNING new.id"
)
_WITHDRAW_OF = {
    "party_organizations": text(_WITHDRAW.format(chosen="e.party_organization_id")),
    "cycles": text(_WITHDRAW.format(chosen="e.cycle_id")),
}


async def withdraw(
    tx: Transaction,
    of: Literal["party_organizations", "cycles"],
    ids: Sequence[UUID],
    states: Sequence[State],
    now: datetime,
) -> None:
    """End the evaluations, in one of these states, of Party organizations that an open cycle is not for.

    Theirs, or those of these cycles. What was objected to them is settled.
    """
    ended = await tx.rows(
        _WITHDRAW_OF[of],
        {"ids": list(ids), "states": list(states), "now": now, "steps": to_json(taken(tx, "withdrawal", now))},
    )
    await objections.settle_withdrawn(tx, [row.id for row in ended], now)


_COUNTS = text(
    "SELECT c.id, (SELECT count(*) FROM evaluations e WHERE e.cycle_id = c.id AND e.state <> 'withdrawn') AS enrolled, "  # noqa: S608
    f"(SELECT count(*) FROM ({STATES}) p WHERE p.division BETWEEN c.first_division AND c.last_division "
    f"AND {EXISTED} AND NOT jsonb_exists(c.rated_forms, p.form)) AS not_rated "
    f"FROM ({OPENED_CYCLES}) c WHERE c.id = ANY(CAST(:ids AS uuid[]))"
)


async def count_of_cycles(tx: Transaction, cycle_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """Whom cycles that were opened enrolled, and whom they do not rate, by cycle."""
    rows = await tx.rows(_COUNTS, {"ids": list(cycle_ids)})
    return {row.id: Counts(row.enrolled, row.not_rated) for row in rows}
