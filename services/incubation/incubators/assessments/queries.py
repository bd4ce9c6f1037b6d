"""Every SELECT of the assessments, and the writes beside them."""

from uuid import UUID

from sqlalchemy import select

from services.incubation.tables import assessments
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in assessments.c)
_CHANGED = ("state", "scores", "total", "grade", "basis", "policy", "put_by", "steps")
_JSON = ("scores", "basis", "steps")
_INSERT = insert_list(assessments, _COLUMNS)
_UPDATE = update_list(assessments, ("id",), _CHANGED, also="version = t.version + 1")


async def get(tx: Transaction, incubator_id: UUID, year: int, *, lock: bool = False) -> Record | None:
    """One assessment."""
    statement = select(assessments).where(assessments.c.incubator_id == incubator_id, assessments.c.year == year)
    return await tx.record(statement.with_for_update() if lock else statement)


async def list_assessments(
    tx: Transaction, *, division: str | None, incubator_id: UUID | None, year: int | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id."""
    statement = where_given(select(assessments), {assessments.c.incubator_id: incubator_id, assessments.c.year: year})
    statement = where_within(statement, assessments.c.division, division)
    return await tx.records(page_by_id(statement, assessments.c.id, after, limit))


async def insert(tx: Transaction, row: Record) -> None:
    """Record an assessment; its incubator is locked."""
    await tx.execute(_INSERT, columns_of([_stored(row)], _COLUMNS))


async def update(tx: Transaction, row: Record) -> Record:
    """Write an assessment whose row is locked; returns it with its next version."""
    await tx.execute(_UPDATE, columns_of([_stored(row)], ("id", *_CHANGED)))
    return {**row, "version": row["version"] + 1}


def _stored(row: Record) -> Record:
    return {**row, **{name: to_json(row[name]) for name in _JSON}}
