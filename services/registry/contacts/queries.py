"""Every SELECT of the contacts, and the set-based writes beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast, delete, extract, func, insert, select, text, update

from services.registry.tables import contacts
from shared.db.base import columns_of, update_list
from shared.db.session import Record, Transaction

_ENTRY = (contacts.c.organization_id, contacts.c.role, contacts.c.version, contacts.c.updated_at)
_NEVER_SEEN = cast(extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)
"""A version that no contact had before: the database's clock in microseconds. A deleted contact leaves no row to count
on from, and if its successor began at 1 again, an If-Match of the deleted one could match it."""

_RESEAL = update_list(contacts, ("organization_id", "role"), ("key_id", "sealed"))
_OTHER_KEYS = text(
    "SELECT organization_id, role, key_id, sealed FROM contacts WHERE key_id <> :key_id "
    "AND (organization_id, role) > (:after_id, :after_role) ORDER BY organization_id, role LIMIT :limit FOR UPDATE"
)


async def get(tx: Transaction, organization_id: UUID, role: str, *, lock: bool = False) -> Record | None:
    """One contact as it is stored."""
    statement = select(contacts).where(contacts.c.organization_id == organization_id, contacts.c.role == role)
    return await tx.record(statement.with_for_update() if lock else statement)


async def list_entries(tx: Transaction, organization_id: UUID) -> list[Record]:
    """An organization's contacts by role, without the sealed values."""
    return await tx.records(
        select(*_ENTRY).where(contacts.c.organization_id == organization_id).order_by(contacts.c.role)
    )


async def insert_one(tx: Transaction, values: dict[str, Any]) -> Record | None:
    """Insert a contact, with a version that no contact had before; returns its entry."""
    return await tx.record(insert(contacts).values(values | {"version": _NEVER_SEEN}).returning(*_ENTRY))


async def replace_one(tx: Transaction, values: dict[str, Any], now: datetime) -> Record | None:
    """Replace the person in the role; returns the entry."""
    return await tx.record(
        update(contacts)
        .where(contacts.c.organization_id == values["organization_id"], contacts.c.role == values["role"])
        .values(key_id=values["key_id"], sealed=values["sealed"], version=contacts.c.version + 1, updated_at=now)
        .returning(*_ENTRY)
    )


async def delete_one(tx: Transaction, organization_id: UUID, role: str) -> None:
    """Delete a contact."""
    await tx.execute(delete(contacts).where(contacts.c.organization_id == organization_id, contacts.c.role == role))


async def note_reading(tx: Transaction, row: Record) -> None:
    """Write the audit row of who read which contact."""
    await tx.execute(
        text("SELECT audit_read('contacts', :object_id, :division)"),
        {"object_id": f"{row['organization_id']}/{row['role']}", "division": row["division"]},
    )


async def count_by_key(tx: Transaction) -> dict[str, int]:
    """How many contacts each key seals."""
    rows = await tx.rows(text("SELECT key_id, count(*) AS n FROM contacts GROUP BY key_id ORDER BY key_id"))
    return {row.key_id: row.n for row in rows}


async def await_writers(tx: Transaction) -> None:
    """Wait until every running write has ended, and block new ones until the end of this transaction."""
    await tx.execute(text("LOCK TABLE contacts IN EXCLUSIVE MODE"))


async def lock_sealed_otherwise(tx: Transaction, key_id: str, after: tuple[UUID, str], limit: int) -> list[Record]:
    """The next contacts sealed by another key than this one, locked, in the order of their primary keys."""
    return await tx.records(
        _OTHER_KEYS, {"key_id": key_id, "after_id": after[0], "after_role": after[1], "limit": limit}
    )


async def reseal(tx: Transaction, rows: Sequence[Record]) -> None:
    """Write resealed values. The contact itself is unchanged, so its version stays."""
    await tx.execute(_RESEAL, columns_of(rows, ("organization_id", "role", "key_id", "sealed")))
