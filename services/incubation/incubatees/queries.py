"""Every SELECT of the incubatees, their milestones, visits and services, and the writes beside them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Uuid, any_, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.incubation.incubatees.incubatee import INSIDE, Incubatee, IncubateeState
from services.incubation.tables import incubatees, incubation_services, milestones, visits
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.field.uscc import normalize

_COLUMNS = tuple(column.name for column in incubatees.c)
_CHANGED = tuple(name for name in _COLUMNS if name not in ("id", "division", "incubator_id", "created_at", "version"))
_JSON = ("panel", "agreement", "assessed", "reasons", "steps")
_INSERT = insert_list(incubatees, _COLUMNS)
_UPDATE = update_list(incubatees, ("id",), _CHANGED, also="version = t.version + 1")
_RULED = tuple(Incubatee.__dataclass_fields__)
RECORDS = {"milestone": milestones, "visit": visits, "service": incubation_services}
_INSERTS = {name: insert_list(table, tuple(column.name for column in table.c)) for name, table in RECORDS.items()}
_WITHDRAW = {
    name: text(
        f"UPDATE {table.name} SET withdrawn_at = :at, withdrawn_by = :by, withdrawn_why = :why "  # noqa: S608 - ours
        "WHERE id = :id"
    )
    for name, table in RECORDS.items()
}
# Who has left is called what it was called then.
_RENAME = text(
    "UPDATE incubatees AS i SET name = u.name, uscc = u.uscc, version = i.version + 1 "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:names AS text[])) AS u(id, uscc, name) "
    "WHERE i.organization_id = u.id AND i.state NOT IN ('refused', 'exited') "
    "AND (i.name, i.uscc) IS DISTINCT FROM (u.name, u.uscc)"
)


async def insert(tx: Transaction, row: Record) -> None:
    """Record an application."""
    await tx.execute(_INSERT, columns_of([_stored(row)], _COLUMNS))


async def update(tx: Transaction, rows: Sequence[Record]) -> list[Record]:
    """Write incubatees whose rows are locked; returns them with their next versions."""
    if rows:
        await tx.execute(_UPDATE, columns_of([_stored(row) for row in rows], ("id", *_CHANGED)))
    return [{**row, "version": row["version"] + 1} for row in rows]


async def get(tx: Transaction, incubatee_id: UUID, *, lock: bool = False) -> Record | None:
    """One incubatee that the caller sees."""
    statement = select(incubatees).where(incubatees.c.id == incubatee_id)
    return await tx.record(statement.with_for_update() if lock else statement)


async def lock_inside(tx: Transaction, organization_ids: Sequence[UUID]) -> list[Record]:
    """Those of these organizations that have a place or have applied for one, locked, by id."""
    condition = (incubatees.c.organization_id == any_(literal(list(organization_ids), ARRAY(Uuid)))) & _in(INSIDE)
    return await tx.records(select(incubatees).where(condition).order_by(incubatees.c.id).with_for_update())


async def rename(tx: Transaction, called: Mapping[UUID, tuple[str, str]]) -> None:
    """Call those of these organizations that have not left by what they are called now (code and name)."""
    codes, names = ([pair[place] for pair in called.values()] for place in (0, 1))
    await tx.execute(_RENAME, {"ids": list(called), "codes": codes, "names": names})


async def is_inside(tx: Transaction, organization_id: UUID) -> bool:
    """Whether an organization has a place or has applied for one; the caller holds the organization's lock."""
    statement = select(func.count()).where(incubatees.c.organization_id == organization_id, _in(INSIDE))
    return bool(await tx.scalar(statement, {}))


async def last_left(tx: Transaction, organization_id: UUID) -> date | None:
    """The last day on which an organization graduated or left that had entered, whichever incubator."""
    left_on = select(func.max(func.greatest(incubatees.c.graduated_on, incubatees.c.exited_on)))
    entered = (incubatees.c.organization_id == organization_id, incubatees.c.entered_on.is_not(None))
    found: date | None = await tx.scalar(left_on.where(*entered))
    return found


async def count_inside(tx: Transaction, incubator_id: UUID, states: Sequence[IncubateeState] = INSIDE) -> int:
    """How many of an incubator's are in one of these states."""
    statement = select(func.count()).where(incubatees.c.incubator_id == incubator_id, _in(states))
    found: int = await tx.scalar(statement, {})
    return found


async def look_inside(tx: Transaction, incubator_id: UUID) -> tuple[int, date | None]:
    """How many of an incubator's are inside or have applied, and the last day on which one graduated or left."""
    left_on = select(func.max(func.greatest(incubatees.c.graduated_on, incubatees.c.exited_on)))
    found: date | None = await tx.scalar(left_on.where(incubatees.c.incubator_id == incubator_id))
    return await count_inside(tx, incubator_id), found


async def list_incubatees(
    tx: Transaction,
    *,
    division: str | None,
    incubator_id: UUID | None,
    state: IncubateeState | None,
    organization: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    statement: Select[Any] = where_given(
        select(incubatees), {incubatees.c.state: state, incubatees.c.incubator_id: incubator_id}
    )
    if organization is not None:
        condition = incubatees.c.uscc == normalize(organization)
        with suppress(ValueError):  # codes are no ids
            condition = or_(condition, incubatees.c.organization_id == UUID(organization))
        statement = statement.where(condition)
    statement = where_within(statement, incubatees.c.division, division)
    return await tx.records(page_by_id(statement, incubatees.c.id, after, limit))


async def insert_record(tx: Transaction, kind: str, row: Record) -> None:
    """Record a milestone, a visit or a service."""
    await tx.execute(_INSERTS[kind], columns_of([row], tuple(column.name for column in RECORDS[kind].c)))


async def find_record(tx: Transaction, kind: str, incubatee_id: UUID, record_id: UUID) -> Record | None:
    """One milestone, visit or service of an incubatee, withdrawn or not."""
    table = RECORDS[kind]
    return await tx.record(select(table).where(table.c.incubatee_id == incubatee_id, table.c.id == record_id))


async def lock_record(tx: Transaction, kind: str, incubatee_id: UUID, record_id: UUID) -> Record | None:
    """One milestone, visit or service of an incubatee, locked."""
    table = RECORDS[kind]
    statement = select(table).where(table.c.incubatee_id == incubatee_id, table.c.id == record_id)
    return await tx.record(statement.with_for_update())


async def withdraw(tx: Transaction, kind: str, record_id: UUID, values: Mapping[str, Any]) -> None:
    """Withdraw a milestone, a visit or a service (`at`, `by`, `why`)."""
    await tx.execute(_WITHDRAW[kind], {"id": record_id, **values})


async def list_records(tx: Transaction, kind: str, incubatee_id: UUID) -> list[Record]:
    """The milestones, visits or services of an incubatee that were not withdrawn, by day."""
    table = RECORDS[kind]
    day = table.c.visited_on if kind == "visit" else table.c.on_day
    statement = select(table).where(table.c.incubatee_id == incubatee_id, table.c.withdrawn_at.is_(None))
    return await tx.records(statement.order_by(day, table.c.id))


def _in(states: Sequence[IncubateeState]) -> ColumnElement[bool]:
    return incubatees.c.state == any_(literal(list(states), ARRAY(String)))


def incubatee_of(row: Record) -> Incubatee:
    """A stored row as rules read it."""
    return Incubatee(**{name: row[name] for name in _RULED})


def _stored(row: Record) -> Record:
    return {**row, **{name: None if row[name] is None else to_json(row[name]) for name in _JSON}}
