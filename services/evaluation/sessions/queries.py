"""Every SELECT of the sessions, and the writes beside them."""

from uuid import UUID

from sqlalchemy import insert, select

from services.evaluation.tables import sessions
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction


async def insert_session(tx: Transaction, row: Record) -> None:
    """Record a session."""
    await tx.execute(insert(sessions).values(row))


async def list_sessions(
    tx: Transaction, *, cycle: UUID | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(select(sessions), {sessions.c.cycle_id: cycle})
    statement = where_within(statement, sessions.c.division, division)
    return await tx.records(page_by_id(statement, sessions.c.id, after, limit))
