"""Every SELECT of the notices, and the write beside them."""

from datetime import date
from uuid import UUID

from sqlalchemy import insert, select

from services.evaluation.tables import publications
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction


async def insert_publication(tx: Transaction, row: Record) -> None:
    """Record a notice."""
    await tx.execute(insert(publications).values(row))


async def get(tx: Transaction, publication_id: UUID) -> Record | None:
    """One notice."""
    return await tx.record(select(publications).where(publications.c.id == publication_id))


async def list_publications(
    tx: Transaction, *, cycle: UUID | None, running_on: date | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id, the latest first, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(select(publications), {publications.c.cycle_id: cycle})
    statement = where_within(statement, publications.c.division, division)
    if running_on is not None:
        statement = statement.where(
            publications.c.published_on <= running_on, publications.c.notice_until >= running_on
        )
    return await tx.records(page_by_id(statement, publications.c.id, after, limit, newest_first=True))
