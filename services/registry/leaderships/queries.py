"""Every SELECT of the leaderships, and the writes beside them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.registry.leaderships.leadership import Approved
from services.registry.tables import leaderships
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in leaderships.c)
_FIXED = ("id", "party_organization_id", "division", "number")
_CHANGED = tuple(name for name in _COLUMNS if name not in (*_FIXED, "version"))
_APPROVED = ("number", "held_on", "approved_on", "ends_on", "secretary_is_head")
_JSON = ("membership", "warnings", "reasons", "extension", "steps")
_INSERT = insert_list(leaderships, _COLUMNS)
_UPDATE = update_list(leaderships, ("id",), _CHANGED, also="version = t.version + 1")
_LATER = leaderships.alias("later")
_FOLLOWED_ON = (
    select(func.min(_LATER.c.approved_on))
    .where(
        _LATER.c.party_organization_id == leaderships.c.party_organization_id,
        _LATER.c.state == literal_column("'approved'"),
        _LATER.c.approved_on > leaderships.c.approved_on,
    )
    .correlate(leaderships)
    .scalar_subquery()
    .label("followed_on")
)
_SHOWN = select(leaderships, _FOLLOWED_ON)


async def insert(tx: Transaction, rows: Sequence[Record]) -> None:
    """Record leaderships."""
    if rows:
        await tx.execute(_INSERT, columns_of([_stored(row) for row in rows], _COLUMNS))


async def update(tx: Transaction, row: Record) -> None:
    """Write a leadership, with its next version."""
    await tx.execute(_UPDATE, columns_of([_stored(row)], ("id", *_CHANGED)))


async def next_number(tx: Transaction, party_organization_id: UUID) -> int:
    """The number of a Party organization's next leadership; its row is locked."""
    statement = select(func.coalesce(func.max(leaderships.c.number), 0) + 1)
    found: int = await tx.scalar(statement.where(leaderships.c.party_organization_id == party_organization_id), {})
    return found


async def find(tx: Transaction, party_organization_id: UUID, number: int) -> Record | None:
    """One leadership, and on which day the next one followed."""
    statement = _SHOWN.where(
        leaderships.c.party_organization_id == party_organization_id, leaderships.c.number == number
    )
    return await tx.record(statement)


async def find_reported(tx: Transaction, party_organization_id: UUID) -> int | None:
    """The number of the leadership that waits for its approval."""
    statement = select(leaderships.c.number).where(
        leaderships.c.party_organization_id == party_organization_id, leaderships.c.state == "reported"
    )
    found: int | None = await tx.scalar(statement, {})
    return found


async def list_approved(tx: Transaction, party_organization_id: UUID) -> list[Approved]:
    """The leaderships of a Party organization that were approved."""
    return (await approved_of(tx, [party_organization_id]))[party_organization_id]


async def approved_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Approved]]:
    """The approved leaderships of each of these Party organizations."""
    found: dict[UUID, list[Approved]] = {one: [] for one in ids}
    columns = (leaderships.c.party_organization_id, *(leaderships.c[name] for name in _APPROVED))
    statement = select(*columns).where(
        leaderships.c.party_organization_id == bindparam("ids", type_=ARRAY(Uuid)).any_(),
        leaderships.c.state == "approved",
    )
    for row in await tx.records(statement, {"ids": list(ids)}) if ids else []:
        found[row.pop("party_organization_id")].append(Approved(**row))
    return found


async def insert_next(tx: Transaction, rows: Sequence[Record]) -> None:
    """Record leaderships as the next ones of their Party organizations, which are locked, in their order."""
    if not rows:
        return
    ids = [row["party_organization_id"] for row in rows]
    statement = (
        select(leaderships.c.party_organization_id, func.max(leaderships.c.number).label("number"))
        .where(leaderships.c.party_organization_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
        .group_by(leaderships.c.party_organization_id)
    )
    last = Counter({row.party_organization_id: row.number for row in await tx.rows(statement, {"ids": ids})})
    numbered = []
    for row in rows:
        last[row["party_organization_id"]] += 1
        numbered.append({**row, "number": last[row["party_organization_id"]]})
    await insert(tx, numbered)


async def list_of(tx: Transaction, party_organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page by id of a Party organization's leaderships."""
    statement = _SHOWN.where(leaderships.c.party_organization_id == party_organization_id)
    return await tx.records(page_by_id(statement, leaderships.c.id, after, limit))


def _stored(row: Record) -> Record:
    texts = {name: None if row[name] is None else to_json(row[name]) for name in _JSON}
    values: dict[str, Any] = {**row, **texts}
    return values
