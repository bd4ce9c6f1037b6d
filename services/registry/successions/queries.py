"""Every SELECT of the successions, and the write beside them."""

from uuid import UUID

from sqlalchemy import insert, or_, select, text

from services.registry.tables import successions
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction

# UNION, not UNION ALL: it ends even where somebody closed a circle by hand.
_BEFORE = text(
    """
    WITH RECURSIVE before AS (
        SELECT predecessor_id FROM successions WHERE organization_id = :id
        UNION SELECT s.predecessor_id FROM successions AS s JOIN before AS b ON s.organization_id = b.predecessor_id
    ) SELECT predecessor_id FROM before
    """
)
_HOLD = text("SELECT pg_advisory_xact_lock(hashtext('successions'))")


async def hold(tx: Transaction) -> None:
    """Let nobody else record a succession until the transaction ends: two at once could close a circle."""
    await tx.execute(_HOLD)


async def before(tx: Transaction, organization_id: UUID) -> frozenset[UUID]:
    """All who came before an organization, whoever sees them."""
    async with tx.system_scope():
        rows = await tx.rows(_BEFORE, {"id": organization_id})
    return frozenset(row.predecessor_id for row in rows)


async def find(tx: Transaction, organization_id: UUID, predecessor_id: UUID) -> Record | None:
    """That the one succeeds the other."""
    statement = select(successions).where(successions.c.organization_id == organization_id)
    return await tx.record(statement.where(successions.c.predecessor_id == predecessor_id))


async def insert_one(tx: Transaction, row: Record) -> None:
    """Record a succession: it is never changed."""
    await tx.execute(insert(successions).values(row))


async def list_of(tx: Transaction, organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page by id of whom an organization succeeded, and who succeeded it."""
    sides = (successions.c.organization_id == organization_id, successions.c.predecessor_id == organization_id)
    return await tx.records(page_by_id(select(successions).where(or_(*sides)), successions.c.id, after, limit))
