"""Every SELECT of the supports, and the writes beside them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text

from services.incubation.incubators.supports.schemas import SupportKind
from services.incubation.tables import supports
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in supports.c)
_INSERT = insert_list(supports, _COLUMNS)
_WITHDRAW = text(
    "UPDATE supports SET withdrawn_at = :at, withdrawn_by = :by, withdrawn_why = :why, version = version + 1 "
    "WHERE id = :id RETURNING *"
)


async def insert(tx: Transaction, row: Record) -> None:
    """Record a support."""
    await tx.execute(_INSERT, columns_of([row], _COLUMNS))


async def lock(tx: Transaction, incubator_id: UUID, support_id: UUID) -> Record | None:
    """One support of an incubator, locked."""
    statement = select(supports).where(supports.c.incubator_id == incubator_id, supports.c.id == support_id)
    return await tx.record(statement.with_for_update())


async def withdraw(tx: Transaction, support_id: UUID, values: Record) -> Record:
    """Withdraw a record (`at`, `by`, `why`)."""
    found = await tx.record(_WITHDRAW, {"id": support_id, **values})
    assert found is not None
    return found


async def last_given(tx: Transaction, incubator_id: UUID) -> date | None:
    """The last day on which an incubator gave something."""
    of_it = (supports.c.incubator_id == incubator_id, supports.c.withdrawn_at.is_(None))
    found: date | None = await tx.scalar(select(func.max(supports.c.given_on)).where(*of_it))
    return found


async def list_supports(
    tx: Transaction,
    incubator_id: UUID,
    *,
    kind: SupportKind | None,
    year: int | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id of an incubator's supports."""
    statement = select(supports).where(supports.c.incubator_id == incubator_id)
    statement = where_given(statement, {supports.c.kind: kind, func.date_part("year", supports.c.given_on): year})
    return await tx.records(page_by_id(statement, supports.c.id, after, limit))


async def sum_by_kind(tx: Transaction, incubator_id: UUID) -> Sequence[Record]:
    """How many supports of each kind an incubator gave, and the sum of their amounts."""
    statement = (
        select(
            supports.c.kind,
            func.count().label("count"),
            func.coalesce(func.sum(supports.c.amount_fen), 0).label("amount_fen"),
        )
        .where(supports.c.incubator_id == incubator_id, supports.c.withdrawn_at.is_(None))
        .group_by(supports.c.kind)
        .order_by(supports.c.kind)
    )
    return await tx.records(statement)
