"""Every SELECT of the filed bodies, and the set-based writes beside them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, case, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from services.registry.filed_bodies.filed_body import CONTENT, FiledBody, FiledKind
from services.registry.tables import filed_bodies, filed_body_areas
from shared.db.base import columns_of, insert_list, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare
from shared.field.names import fold_name

_NEW = ("id", "reference", "number", *CONTENT, "as_of", "version", "stated_in")
_INSERT = insert_list(filed_bodies, _NEW, "ON CONFLICT (reference) DO NOTHING RETURNING reference")
_CHANGING = (*CONTENT, "as_of", "version", "stated_in")
_UPDATE = update_list(filed_bodies, ("id",), _CHANGING)
_AREA = tuple(column.name for column in filed_body_areas.columns)
_PUT_AREAS = insert_list(
    filed_body_areas,
    _AREA,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _AREA[1:])
    + " WHERE filed_body_areas.sequence < excluded.sequence",
)
_SHOWN = (
    filed_bodies,
    filed_body_areas.c.area,
    case((filed_body_areas.c.area.is_not(None), filed_body_areas.c.since)).label("since"),
)
_PLACED = filed_bodies.outerjoin(filed_body_areas, filed_body_areas.c.id == filed_bodies.c.id)
_LOCK = prepare(
    select(filed_bodies)
    .where(filed_bodies.c.reference == bindparam("references", type_=ARRAY(Text)).any_())
    .order_by(filed_bodies.c.id)
    .with_for_update()
)


async def lock_by_reference(tx: Transaction, references: Sequence[str]) -> list[FiledBody]:
    """Bodies of these references, locked in the order of their ids, so that two lists never deadlock."""
    return [FiledBody.of(row) for row in await tx.rows(_LOCK, {"references": list(references)})]


async def insert_new(tx: Transaction, new: Sequence[FiledBody]) -> set[str]:
    """Insert those whose reference is not stored yet; returns the references inserted."""
    if not new:
        return set()
    return {row.reference for row in await tx.rows(_INSERT, columns_of([one.columns() for one in new], _NEW))}


async def update(tx: Transaction, changed: Sequence[FiledBody]) -> None:
    """Write content, `as_of` and version."""
    if changed:
        await tx.execute(_UPDATE, columns_of([one.columns() for one in changed], ("id", *_CHANGING)))


async def put_areas(tx: Transaction, rows: Sequence[Record]) -> None:
    """Write in which areas bodies are, where that is newer than what is stored. A body stands there once."""
    if rows:
        await tx.execute(_PUT_AREAS, columns_of(rows, _AREA))


async def area_of(tx: Transaction, body: UUID) -> Record | None:
    """What incubation stated last of a body's area."""
    return await tx.record(select(filed_body_areas).where(filed_body_areas.c.id == body))


async def find(tx: Transaction, number: str, *, division: str | None, street: str | None) -> list[FiledBody]:
    """The bodies of a number, or the one of an id, as far as the caller sees them; two where there are more."""
    statement = _called(select(filed_bodies), number, division, street).order_by(filed_bodies.c.id).limit(2)
    return [FiledBody.of(row) for row in await tx.records(statement)]


async def count(tx: Transaction, number: str, *, division: str | None, street: str | None) -> int:
    """How many bodies there are of those that `find` looks for."""
    return int(await tx.scalar(_called(select(func.count(filed_bodies.c.id)), number, division, street)))


def _called(statement: Select[Any], number: str, division: str | None, street: str | None) -> Select[Any]:
    condition = filed_bodies.c.number == number
    with suppress(ValueError):  # most numbers are no id
        condition = or_(condition, filed_bodies.c.id == UUID(number))
    statement = where_given(statement.where(condition), {filed_bodies.c.street: street})
    return where_within(statement, filed_bodies.c.division, division)


async def list_filed_bodies(
    tx: Transaction,
    *,
    division: str | None,
    street: str | None,
    kind: FiledKind | None,
    number: str | None,
    covered: bool | None,
    on: date | None,
    q: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, each with its area; `covered`: those in an area, or in none; `on`: those filed on that day."""
    statement = where_given(
        select(*_SHOWN).select_from(_PLACED),
        {filed_bodies.c.street: street, filed_bodies.c.kind: kind, filed_bodies.c.number: number},
    )
    statement = where_within(statement, filed_bodies.c.division, division)
    if covered is not None:
        area = filed_body_areas.c.area
        statement = statement.where(area.is_not(None) if covered else area.is_(None))
    if on is not None:
        lasts = or_(filed_bodies.c.until.is_(None), filed_bodies.c.until > on)
        statement = statement.where(filed_bodies.c.filed_on <= on, lasts)
    for word in fold_name(q or "").split():
        statement = statement.where(filed_bodies.c.name.icontains(word, autoescape=True))
    return await tx.records(page_by_id(statement, filed_bodies.c.id, after, limit))
