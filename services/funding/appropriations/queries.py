"""Every SELECT of appropriations and commitments, and the writes beside them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.appropriations.rules import Budget, Charge
from services.funding.tables import appropriation_changes, appropriations, commitments
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

# Charging shares the lock that a year's close takes alone: what it moves to another appropriation stays still.
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtext('appropriations'))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('appropriations'))")
_COLUMNS = tuple(column.name for column in appropriations.c)
_INSERT = insert_list(appropriations, _COLUMNS, "ON CONFLICT DO NOTHING RETURNING id")
_SAVED = tuple(
    name for name in _COLUMNS if name not in ("id", "code", "division", "year", "level", "source", "purpose")
)
_SAVE = update_list(appropriations, ("id",), _SAVED)
_CHARGE = update_list(
    appropriations, ("id",), ("committed_fen", "paid_fen", "changed_at"), also="version = t.version + 1"
)
_CHANGE_COLUMNS = tuple(column.name for column in appropriation_changes.c)
_INSERT_CHANGES = insert_list(appropriation_changes, _CHANGE_COLUMNS)
_COMMITMENT_COLUMNS = tuple(column.name for column in commitments.c)
# A grant that was amended gave its commitment back, and is committed again.
_INSERT_COMMITMENTS = insert_list(
    commitments,
    _COMMITMENT_COLUMNS,
    "ON CONFLICT (grant_id) DO UPDATE SET (appropriation_id, division, amount_fen, state, committed_at, settled_at) = "
    "(EXCLUDED.appropriation_id, EXCLUDED.division, EXCLUDED.amount_fen, EXCLUDED.state, EXCLUDED.committed_at, NULL) "
    "WHERE commitments.state = 'released'",
)
_LINES = text(
    "SELECT DISTINCT ON (u.grant_id) u.grant_id, a.id FROM unnest(CAST(:grant_id AS uuid[]), "
    "CAST(:division AS text[]), CAST(:level AS text[]), CAST(:source AS text[]), CAST(:purpose AS text[])) "
    "AS u(grant_id, division, level, source, purpose) JOIN appropriations a ON a.year = :year AND a.state = 'open' "
    "AND starts_with(u.division, a.division) AND (a.level, a.source, a.purpose) = (u.level, u.source, u.purpose) "
    "ORDER BY u.grant_id, length(a.division) DESC"
)
_LINE = ("division", "level", "source", "purpose")
_SUCCESSOR = text(
    "SELECT * FROM appropriations WHERE (year, division, level, source, purpose, state) = "
    "(:year, :division, :level, :source, :purpose, 'open') FOR UPDATE"
)
_EARLIER = text(
    "SELECT code, year FROM appropriations WHERE (division, level, source, purpose, state) = "
    "(:division, :level, :source, :purpose, 'open') AND year < :year ORDER BY year LIMIT 1"
)
_SETTLE = text(
    "UPDATE commitments SET state = :state, settled_at = :at "
    "WHERE grant_id = ANY(CAST(:grants AS uuid[])) AND state = ANY(CAST(:before AS text[]))"
)
_MOVE = text(
    "UPDATE commitments SET appropriation_id = :successor WHERE appropriation_id = :id AND state = 'committed'"
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_BUDGET = [appropriations.c[field.name] for field in fields(Budget)]
_LOCK = prepare(
    select(*_BUDGET).where(appropriations.c.id == _IDS.any_()).order_by(appropriations.c.id).with_for_update()
)
_COMMITMENTS = prepare(
    select(commitments).where(commitments.c.grant_id == _IDS.any_()).order_by(commitments.c.grant_id)
)
_CHANGES = prepare(
    select(appropriation_changes)
    .where(appropriation_changes.c.appropriation_id == _IDS.any_())
    .order_by(appropriation_changes.c.appropriation_id, appropriation_changes.c.number)
)


async def share(tx: Transaction) -> None:
    """No year is closed until the transaction ends."""
    await tx.execute(_SHARE)


async def take_alone(tx: Transaction) -> None:
    """Nothing is charged until the transaction ends."""
    await tx.execute(_ALONE)


async def find_lines(tx: Transaction, charges: Sequence[Charge], year: int) -> dict[UUID, UUID]:
    """For each grant the appropriation of its line in a year, of the nearest division; none where there is none."""
    names = ("grant_id", "division", "level", "source", "purpose")
    columns: dict[str, Any] = {name: [getattr(one, name) for one in charges] for name in names}
    return {row.grant_id: row.id for row in await tx.rows(_LINES, {**columns, "year": year})}


async def lock_budgets(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Budget]:
    """Appropriations by id, locked in the order of their ids: two lists cannot deadlock."""
    rows = await tx.records(_LOCK, {"ids": sorted(set(ids))}) if ids else []
    return {row["id"]: Budget(**row) for row in rows}


async def save_budgets(tx: Transaction, budgets: Sequence[Budget], now: datetime) -> None:
    """Write what is committed and paid."""
    if budgets:
        rows = [
            {"id": one.id, "committed_fen": one.committed_fen, "paid_fen": one.paid_fen, "changed_at": now}
            for one in sorted(budgets, key=lambda one: one.id)
        ]
        await tx.execute(_CHARGE, columns_of(rows, ("id", "committed_fen", "paid_fen", "changed_at")))


async def commitments_of(tx: Transaction, grants: Sequence[UUID]) -> list[Record]:
    """What grants were committed, by grant."""
    return await tx.records(_COMMITMENTS, {"ids": list(grants)})


async def insert_commitments(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Add commitments."""
    if rows:
        await tx.execute(_INSERT_COMMITMENTS, columns_of(rows, _COMMITMENT_COLUMNS))


async def settle_commitments(
    tx: Transaction, grants: Sequence[UUID], state: str, before: Sequence[str], now: datetime
) -> None:
    """Commitments are paid, or given back."""
    await tx.execute(_SETTLE, {"grants": list(grants), "state": state, "before": list(before), "at": now})


async def move_commitments(tx: Transaction, appropriation: UUID, successor: UUID) -> None:
    """What was not paid goes on with the next year's appropriation."""
    await tx.execute(_MOVE, {"id": appropriation, "successor": successor})


async def insert(tx: Transaction, row: Record) -> bool:
    """Add an appropriation, unless its code or its line is there."""
    return bool(await tx.rows(_INSERT, columns_of([_stored(row)], _COLUMNS)))


async def save(tx: Transaction, *rows: Record) -> None:
    """Write appropriations' versions."""
    ordered = sorted(rows, key=lambda row: row["id"])
    await tx.execute(_SAVE, columns_of([_stored(row) for row in ordered], ("id", *_SAVED)))


def _stored(row: Record) -> Record:
    return {**row, "reasons": to_json(row["reasons"])}


async def insert_change(tx: Transaction, row: Record) -> None:
    """Add to the history."""
    await tx.execute(_INSERT_CHANGES, columns_of([row], _CHANGE_COLUMNS))


async def lock(tx: Transaction, code: str) -> Record | None:
    """An appropriation by its code or its id, as tasks lead to it; locked."""
    return await tx.record(select(appropriations).where(_called(code)).with_for_update())


async def lock_successor(tx: Transaction, row: Mapping[str, Any]) -> Record | None:
    """The next year's appropriation of a line, locked."""
    return await tx.record(_SUCCESSOR, {**{name: row[name] for name in _LINE}, "year": row["year"] + 1})


async def find_earlier(tx: Transaction, row: Mapping[str, Any]) -> Record | None:
    """Code and year of the earliest appropriation of a line that is open before this one's year."""
    return await tx.record(_EARLIER, {name: row[name] for name in (*_LINE, "year")})


async def get(tx: Transaction, code: str) -> Record | None:
    """One appropriation, by its code or its id."""
    return await tx.record(select(appropriations).where(_called(code)))


def _called(code: str) -> ColumnElement[bool]:
    one = appropriations.c
    try:
        key = UUID(code)
    except ValueError:
        return one.code == code
    return (one.code == code) | (one.id == key)


async def changes_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """How appropriations changed, in order."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_CHANGES, {"ids": list(ids)}) if ids else []:
        found[row["appropriation_id"]].append(row)
    return found


async def list_appropriations(
    tx: Transaction,
    *,
    year: int | None,
    division: str | None,
    source: str | None,
    purpose: str | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of appropriations by id, and one row more where there is another page; `division` is a prefix."""
    one = appropriations.c
    statement: Any = where_given(
        select(appropriations), {one.year: year, one.source: source, one.purpose: purpose, one.state: state}
    )
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
