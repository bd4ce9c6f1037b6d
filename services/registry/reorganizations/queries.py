"""Every SELECT of the decisions on Party organizations, and the write beside them."""

from uuid import UUID

from sqlalchemy import insert, select

from services.registry.tables import reorganizations
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction


async def insert_one(tx: Transaction, row: Record) -> None:
    """Record a decision: it is never changed."""
    await tx.execute(insert(reorganizations).values(row))


async def latest(tx: Transaction, party_organization_id: UUID) -> Record | None:
    """The last decision on a Party organization."""
    statement = select(reorganizations).where(reorganizations.c.party_organization_id == party_organization_id)
    return await tx.record(statement.order_by(reorganizations.c.id.desc()).limit(1))


async def list_of(tx: Transaction, party_organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page by id of the decisions on a Party organization."""
    statement = select(reorganizations).where(reorganizations.c.party_organization_id == party_organization_id)
    return await tx.records(page_by_id(statement, reorganizations.c.id, after, limit))
