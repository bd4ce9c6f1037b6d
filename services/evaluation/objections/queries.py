"""Every SELECT of the objections, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from services.evaluation.tables import objections
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction


async def insert_objection(tx: Transaction, row: Record) -> None:
    """Record an objection."""
    await tx.execute(insert(objections).values(row))


async def get(tx: Transaction, evaluation_id: UUID, objection_id: UUID) -> Record | None:
    """An objection to an evaluation, which is locked."""
    return await tx.record(
        select(objections).where(objections.c.id == objection_id, objections.c.evaluation_id == evaluation_id)
    )


# Upheld, it settles the others; rejected, they stay open.
_ANSWER = text(
    "UPDATE objections SET state = CASE WHEN id = :id THEN :state ELSE 'settled' END, reason = :reason, "
    "answered_at = :now, answered_by = :by WHERE evaluation_id = :evaluation AND state = 'open' "
    "AND (id = :id OR :state = 'upheld')"
)
_OTHERS = text("SELECT count(*) FROM objections WHERE evaluation_id = :evaluation AND state = 'open' AND id <> :id")


# There is no rating left that it could be about.
_SETTLE = text(
    "UPDATE objections SET state = 'settled', answered_at = :now, answered_by = :by "
    "WHERE evaluation_id = ANY(CAST(:ids AS uuid[])) AND state = 'open'"
)


async def save_answer(tx: Transaction, evaluation_id: UUID, objection_id: UUID, values: Mapping[str, Any]) -> None:
    """Write an answer."""
    await tx.execute(_ANSWER, {"evaluation": evaluation_id, "id": objection_id, **values})


async def count_other_open(tx: Transaction, evaluation_id: UUID, objection_id: UUID) -> int:
    """How many other objections to an evaluation are not answered."""
    return int(await tx.scalar(_OTHERS, {"evaluation": evaluation_id, "id": objection_id}))


async def settle_withdrawn(tx: Transaction, evaluation_ids: Sequence[UUID], now: datetime) -> None:
    """Settle what is open of evaluations that ended with their Party organizations."""
    if evaluation_ids:
        await tx.execute(_SETTLE, {"ids": list(evaluation_ids), "now": now, "by": tx.access.actor})


async def list_objections(
    tx: Transaction,
    *,
    evaluation: UUID | None,
    state: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(select(objections), {objections.c.evaluation_id: evaluation, objections.c.state: state})
    statement = where_within(statement, objections.c.division, division)
    return await tx.records(page_by_id(statement, objections.c.id, after, limit))
