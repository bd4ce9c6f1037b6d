"""Every SELECT of the organizations, and the set-based writes beside them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text, Uuid

from services.registry.organizations.rules import CONTENT
from services.registry.tables import organizations
from shared.bus.sending.fast_path import insert_and_emit, with_event
from shared.bus.sending.outbox import NewEvent
from shared.db.base import columns_of, insert_list
from shared.db.fast_path import insert_row
from shared.db.session import Record, Transaction
from shared.db.statements import prepare
from shared.field.divisions import scope_prefix
from shared.field.uscc import normalize

_NEW_COLUMNS = ("id", "uscc", *CONTENT, "as_of", "version")
_UNLESS_THERE = "ON CONFLICT (uscc) DO NOTHING RETURNING uscc"
_INSERT = insert_list(organizations, _NEW_COLUMNS, _UNLESS_THERE)
_INSERT_ONE = insert_row(organizations, _NEW_COLUMNS, _UNLESS_THERE)
_INSERT_TOLD = with_event(_INSERT_ONE)

_LOCK = prepare(
    select(organizations)
    .where(organizations.c.uscc == bindparam("codes", type_=ARRAY(Text)).any_())
    .order_by(organizations.c.id)
    .with_for_update()
)

_CHANGING = (*CONTENT, "as_of", "version")
_TYPES = {name: organizations.c[name].type.compile() for name in ("id", *_CHANGING)}
_TYPES |= {"id": "uuid", "lon": "double precision", "lat": "double precision", "as_of": "timestamptz"}
_UPDATE = text(
    "UPDATE organizations AS o SET "  # noqa: S608 - names of our own columns
    + ", ".join(f"{name} = u.{name}" for name in _CHANGING)
    + " FROM unnest("
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _TYPES.items())
    + f") AS u({', '.join(_TYPES)}) WHERE o.id = u.id"
)


async def lock_by_uscc(tx: Transaction, codes: Sequence[str]) -> list[Record]:
    """Rows of these codes, locked in one order so that two lists never wait for each other in a ring."""
    return await tx.records(_LOCK, {"codes": list(codes)})


async def insert_new(tx: Transaction, rows: Sequence[dict[str, Any]]) -> set[str]:
    """Insert; returns the codes that were really new."""
    if not rows:
        return set()
    return {row.uscc for row in await tx.rows(_INSERT, columns_of(rows, _NEW_COLUMNS))}


async def insert_new_with_event(tx: Transaction, row: dict[str, Any], event: NewEvent) -> set[str]:
    """The same for one organization and its event, in one trip: the audit's head is locked from here to the commit."""
    return {found.uscc for found in await insert_and_emit(tx, _INSERT_TOLD, row, event)}


async def update(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write changed rows."""
    if rows:
        await tx.execute(_UPDATE, columns_of(rows, list(_TYPES)))


async def get_by_uscc_or_id(tx: Transaction, reference: str) -> Record | None:
    """One organization by its id or its code."""
    try:
        condition = organizations.c.id == UUID(reference)
    except ValueError:
        condition = organizations.c.uscc == normalize(reference)
    return await tx.record(select(organizations).where(condition))


async def get_many(tx: Transaction, ids: Sequence[UUID], *, lock: bool = False) -> list[Record]:
    """Organizations by id, in the order of their ids."""
    statement = (
        select(organizations)
        .where(organizations.c.id == bindparam("ids", type_=ARRAY(Uuid)).any_())
        .order_by(organizations.c.id)
    )
    if lock:
        statement = statement.with_for_update()
    return await tx.records(statement, {"ids": list(ids)})


async def list_organizations(
    tx: Transaction,
    *,
    division: str | None,
    kind: str | None,
    coverage: str | None,
    status: str | None,
    q: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `q` is a part of the name or the beginning of a code."""
    statement = select(organizations).order_by(organizations.c.id).limit(limit)
    if division is not None:
        statement = statement.where(organizations.c.division.startswith(scope_prefix(division), autoescape=True))
    if kind is not None:
        statement = statement.where(organizations.c.kind == kind)
    if coverage is not None:
        statement = statement.where(organizations.c.coverage == coverage)
    if status is not None:
        statement = statement.where(organizations.c.status == status)
    if q:
        statement = statement.where(
            organizations.c.name.contains(q, autoescape=True)
            | organizations.c.uscc.startswith(q.upper(), autoescape=True)
        )
    if after is not None:
        statement = statement.where(organizations.c.id > UUID(after))
    return await tx.records(statement)
