"""Every SELECT of refund claims, and the writes beside them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.funding.tables import dues_refunds
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in dues_refunds.c)
_INSERT = insert_list(
    dues_refunds,
    _COLUMNS,
    "ON CONFLICT (dues_id) WHERE state IN ('claimed', 'accepted') DO NOTHING RETURNING id",
)
_LIVE = text("SELECT id FROM dues_refunds WHERE dues_id = :dues_id AND state IN ('claimed', 'accepted')")
_LOCK = text("SELECT * FROM dues_refunds WHERE id = :id FOR UPDATE")
_SAVE = text(
    "UPDATE dues_refunds SET state = :state, version = :version, receiver_id = :receiver_id, "
    "reasons = CAST(:reasons AS jsonb), decided_by = :decided_by, decided_at = :decided_at, note = :note WHERE id = :id"
)


async def insert(tx: Transaction, row: Record) -> bool:
    """Add a claim, unless one stands on the year."""
    rows = [{**row, "reasons": to_json(row["reasons"])}]
    return bool(await tx.rows(_INSERT, columns_of(rows, _COLUMNS)))


async def live_claim(tx: Transaction, dues_id: UUID) -> UUID | None:
    """The claim that stands on a year."""
    found: UUID | None = await tx.scalar(_LIVE, {"dues_id": dues_id})
    return found


async def lock(tx: Transaction, claim_id: UUID) -> Record | None:
    """A claim, locked."""
    return await tx.record(_LOCK, {"id": claim_id})


async def save(tx: Transaction, row: Record) -> None:
    """Write what a step changes."""
    names = ("id", "state", "version", "receiver_id", "decided_by", "decided_at", "note")
    await tx.execute(_SAVE, {**{name: row[name] for name in names}, "reasons": to_json(row["reasons"])})


async def get(tx: Transaction, claim_id: UUID) -> Record | None:
    """One claim."""
    return await tx.record(select(dues_refunds).where(dues_refunds.c.id == claim_id))


async def list_claims(
    tx: Transaction,
    *,
    holder: UUID | None,
    year: int | None,
    state: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of claims by id, and one row more where there is another page; `division` is a prefix."""
    one = dues_refunds.c
    statement: Any = where_given(select(dues_refunds), {one.holder_id: holder, one.year: year, one.state: state})
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
