"""Every SELECT of the corrections, and the writes beside them."""

from uuid import UUID

from sqlalchemy import insert, select

from services.registry.tables import corrections
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction


async def insert_one(tx: Transaction, row: Record) -> None:
    """Note a correction."""
    await tx.execute(insert(corrections).values(row))


async def list_corrections(tx: Transaction, organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page of an organization's corrections, oldest first."""
    statement = select(corrections).where(corrections.c.organization_id == organization_id)
    return await tx.records(page_by_id(statement, corrections.c.id, after, limit))
