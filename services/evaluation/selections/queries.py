"""Every statement of the selections."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, null, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from services.evaluation.party_organizations.queries import described
from services.evaluation.selections.rules import UNDER_WAY, Rival, State, competing_since
from services.evaluation.tables import selections
from shared.contracts.base import Reason
from shared.db.base import to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_SHOWN = select(selections, described.c.party_organization_name).outerjoin(
    described, described.c.id == selections.c.party_organization_id
)
# Of one that was reopened, the star that it had.
_RATING = (
    "SELECT year, COALESCE(star, CAST(earlier->-1->>'star' AS smallint)) AS star, id FROM evaluations "
    "WHERE party_organization_id = {party} AND year <= :year AND (state = 'completed' OR earlier <> '[]') "
    "ORDER BY year DESC LIMIT 1"
)
_LATEST = text(_RATING.format(party=":party"))
_RIVALS = text(
    "SELECT CAST(s.assessment->>'total' AS numeric) AS total, s.id, r.star, jsonb_path_query_first(s.steps, "  # noqa: S608 - fixed statements
    "'$[*] ? (@.step == \"commendation\").at') #>> '{}' AS decided_at, s.state = 'commended' AS commended "
    f"FROM selections AS s LEFT JOIN LATERAL ({_RATING.format(party='s.party_organization_id')}) AS r ON true "
    "WHERE s.year = :year AND s.tier = :tier AND starts_with(s.division, :scope) "
    "AND s.state IN ('assessed', 'commended', 'passed_over')"
)
_UNDER_WAY = text(
    "SELECT count(*) FROM selections WHERE year = :year AND tier = :tier AND starts_with(division, :scope) "
    "AND state = ANY(CAST(:states AS text[]))"
)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('selection_seats'), hashtext(:scope))")


async def party_of(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """A Party organization within the caller's scope."""
    statement = text("SELECT id, name, division, dissolved_on FROM party_organizations WHERE id = :id")
    return await tx.record(statement, {"id": party_organization_id})


async def latest_rating(tx: Transaction, party_organization_id: UUID, year: int) -> Record | None:
    """Its last completed rating up to a year, wherever that was."""
    async with tx.system_scope():
        return await tx.record(_LATEST, {"party": party_organization_id, "year": year})


async def find(tx: Transaction, party_organization_id: UUID, year: int) -> Record | None:
    """The selection of a Party organization and year, be it withdrawn."""
    found = selections.c
    statement = select(selections).where(found.party_organization_id == party_organization_id, found.year == year)
    return await tx.record(statement)


_RENEWED = ("division", "tier", "state", "recommended_on", "ground", "evaluation_id", "policy")
_KEPT = ("reasons", "steps")


async def recommend(tx: Transaction, row: Mapping[str, Any], states: Sequence[State]) -> UUID | None:
    """Store a recommendation; returns its id, None where there is one of the Party organization and year.

    One in one of these `states` begins again, wherever it was, and keeps its history.
    """
    new = insert(selections).values(row)
    found, excluded = selections.c, new.excluded
    changes: dict[str, Any] = {name: excluded[name] for name in _RENEWED} | {"visit": null(), "assessment": null()}
    changes |= {name: found[name].concat(excluded[name]) for name in _KEPT}
    new = new.on_conflict_do_update(
        index_elements=[found.party_organization_id, found.year],
        set_=changes | {"version": found.version + 1},
        where=or_(*(found.state == one for one in states)),
    )
    async with tx.system_scope():
        stored = await tx.record(new.returning(found.id))
    return None if stored is None else stored["id"]


async def get(tx: Transaction, selection_id: UUID, *, lock: bool = False) -> Record | None:
    """One selection."""
    statement = _SHOWN.where(selections.c.id == selection_id)
    return await tx.record(statement.with_for_update(of=selections) if lock else statement)


async def save(
    tx: Transaction,
    selection_id: UUID,
    values: Mapping[str, Any],
    *,
    step: str,
    now: datetime,
    note: str | None,
    reasons: Sequence[Reason] = (),
) -> None:
    """Write what a step changed of a locked one, as its next version."""
    taken = [{"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}]
    await tx.execute(
        update(selections)
        .where(selections.c.id == selection_id)
        .values(
            **values,
            steps=selections.c.steps.concat(taken),
            reasons=selections.c.reasons.concat([one.model_dump(mode="json") for one in reasons]),
            version=selections.c.version + 1,
        )
    )


_FOLLOW = (
    "UPDATE selections AS s SET {changes}, version = s.version + 1, steps = s.steps || CAST(:steps AS jsonb) "
    "FROM party_organizations AS p WHERE p.id = s.party_organization_id AND p.id = ANY(CAST(:ids AS uuid[])) "
    "AND s.state = ANY(CAST(:states AS text[])) AND {which}"
)
_END = text(
    _FOLLOW.format(
        changes="state = 'withdrawn', reasons = s.reasons || CAST(:reasons AS jsonb)",
        which="p.dissolved_on IS NOT NULL",
    )
)
_MOVE = text(
    _FOLLOW.format(
        changes="division = p.division, reasons = s.reasons || jsonb_build_array(jsonb_build_object("
        "'rule', 'R-moved', 'outcome', 'followed', 'as_of', CAST(:at AS text), "
        "'facts', jsonb_build_object('from', s.division, 'to', p.division)))",
        which="p.dissolved_on IS NULL AND s.division <> p.division",
    )
)


async def end_dissolved(
    tx: Transaction, party_organization_ids: Sequence[UUID], states: Sequence[State], why: Reason, now: datetime
) -> None:
    """Withdraw the selections, in one of these states, of those of these that were dissolved."""
    reasons = to_json([why.model_dump(mode="json")])
    named = {"ids": list(party_organization_ids), "states": list(states), "steps": _taken(tx, "withdrawal", now)}
    await tx.execute(_END, {**named, "reasons": reasons})


async def follow_moves(
    tx: Transaction, party_organization_ids: Sequence[UUID], states: Sequence[State], now: datetime
) -> None:
    """Let the selections, in one of these states, follow those of these that are in another division now."""
    named = {"ids": list(party_organization_ids), "states": list(states), "steps": _taken(tx, "move", now)}
    await tx.execute(_MOVE, {**named, "at": now.isoformat()})


def _taken(tx: Transaction, step: str, now: datetime) -> str:
    return to_json([{"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": None}])


async def lock_seats(tx: Transaction, scope: str) -> None:
    """Let one commendation of a scope be decided at a time."""
    await tx.execute(_LOCK, {"scope": scope})


async def rivals_of(tx: Transaction, selection: Record, scope: str) -> list[Rival]:
    """The others who were assessed for the seats of a selection, be they decided or not.

    With the star of the latest rating of each, wherever that was.
    """
    named = {"year": selection["year"], "tier": selection["tier"], "scope": scope}
    async with tx.system_scope():
        rows = await tx.rows(_RIVALS, named)
    since = competing_since(selection["steps"])
    return [
        Rival(
            row.total,
            bool(row.commended) and datetime.fromisoformat(row.decided_at) < since,
            row.star,
            bool(row.commended),
        )
        for row in rows
        if row.id != selection["id"]
    ]


async def count_under_way(tx: Transaction, selection: Record, scope: str) -> int:
    """How many of them are not assessed yet."""
    named = {"year": selection["year"], "tier": selection["tier"], "scope": scope, "states": list(UNDER_WAY)}
    return int(await tx.scalar(_UNDER_WAY, named) or 0)


async def list_selections(
    tx: Transaction,
    *,
    year: int | None,
    tier: str | None,
    state: str | None,
    party_organization: UUID | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    found = selections.c
    given: dict[ColumnElement[Any], object] = {
        found.year: year,
        found.tier: tier,
        found.state: state,
        found.party_organization_id: party_organization,
    }
    statement = where_within(where_given(_SHOWN, given), found.division, division)
    return await tx.records(page_by_id(statement, found.id, after, limit))
