"""Every SELECT of the incubators, and the writes beside them."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.incubation.incubators.incubator import Incubator, IncubatorState
from services.incubation.tables import incubators
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in incubators.c)
_CHANGED = tuple(name for name in _COLUMNS if name not in ("id", "code", "created_at", "version"))
_JSON = ("operator", "premises", "reasons", "steps")
_INSERT = insert_list(incubators, _COLUMNS, "ON CONFLICT (code) DO NOTHING RETURNING id")
_UPDATE = update_list(incubators, ("id",), _CHANGED, also="version = t.version + 1")
_RULED = tuple(Incubator.__dataclass_fields__)
_BY_STATE = text(
    "SELECT division, state, (street IS NOT NULL) AS of_street, count(*) AS number FROM incubators "
    "WHERE starts_with(division, :prefix) GROUP BY 1, 2, 3"
)


async def get(tx: Transaction, code: str, *, lock: bool = False) -> Record | None:
    """One incubator that the caller sees, by its code or its id."""
    condition = incubators.c.code == code
    with suppress(ValueError):  # most codes are no id
        condition = or_(condition, incubators.c.id == UUID(code))
    statement = select(incubators).where(condition)
    return await tx.record(statement.with_for_update() if lock else statement)


async def by_id(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Incubators that the caller sees, by id."""
    statement = select(incubators).where(incubators.c.id == any_(literal(sorted(set(ids)), ARRAY(Uuid))))
    return {row["id"]: row for row in await tx.records(statement)} if ids else {}


async def insert(tx: Transaction, row: Record) -> bool:
    """Record an incubator; False where another request took its code meanwhile."""
    return bool(await tx.rows(_INSERT, columns_of([_stored(row)], _COLUMNS)))


async def update(tx: Transaction, row: Record) -> Record:
    """Write an incubator whose row is locked; returns it with its next version."""
    await tx.execute(_UPDATE, columns_of([_stored(row)], ("id", *_CHANGED)))
    return {**row, "version": row["version"] + 1}


async def list_incubators(
    tx: Transaction,
    *,
    division: str | None,
    state: IncubatorState | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id."""
    statement = where_given(select(incubators), {incubators.c.state: state})
    statement = where_within(statement, incubators.c.division, division)
    return await tx.records(page_by_id(statement, incubators.c.id, after, limit))


async def count_by_division(tx: Transaction, prefix: str) -> Sequence[Record]:
    """How many there are by division and state, of the district (`of_street` false) and of its streets."""
    return await tx.records(_BY_STATE, {"prefix": prefix})


def incubator_of(row: Record) -> Incubator:
    """A stored row as rules read it."""
    return Incubator(**{name: row[name] for name in _RULED})


def _stored(row: Record) -> Record:
    return {**row, **{name: None if row[name] is None else to_json(row[name]) for name in _JSON}}
