"""Every statement of how commended Party organizations are managed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registry.tables import managements
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

COLUMNS = tuple(column.name for column in managements.columns)
_UPSERT = insert_list(
    managements,
    COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    + " WHERE managements.sequence < excluded.sequence",
)


async def upsert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write what is newer than what is stored. An id stands there once."""
    if rows:
        await tx.execute(_UPSERT, columns_of(rows, COLUMNS))


async def management_on(tx: Transaction, party_organization_id: UUID, on: date) -> Record | None:
    """How a Party organization is managed on a day: as the last commendation before it says, unless that has ended."""
    found = managements.c
    statement = (
        select(managements)
        .where(found.party_organization_id == party_organization_id, found.managed_from <= on)
        .order_by(found.managed_from.desc(), found.year.desc(), found.id.desc())
        .limit(1)
    )
    row = await tx.record(statement)
    # The one before does not come back: a later commendation took its place.
    return None if row is None or (row["ended_on"] is not None and row["ended_on"] <= on) else row
