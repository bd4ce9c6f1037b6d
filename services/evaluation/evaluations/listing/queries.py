"""The SELECT of a page of evaluations, by id or by total."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, literal_column

from services.evaluation.evaluations.queries import SHOWN, STATE, named
from services.evaluation.tables import evaluations
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_total = func.coalesce(evaluations.c.total, literal_column("-1"))
"""As the index has it: those without a total stand last."""


class TotalKey(NamedTuple):
    """Where an evaluation stands in a list by total."""

    total: Decimal
    id: UUID


def key_of(row: Record) -> TotalKey:
    """A row's place."""
    return TotalKey(Decimal(-1) if row["total"] is None else row["total"], row["id"])


async def list_evaluations(
    tx: Transaction,
    *,
    cycle: UUID | None,
    party_organization: UUID | None,
    state: str | None,
    star: int | None,
    division: str | None,
    after: str | TotalKey | None,
    limit: int,
    by_total: bool,
) -> list[Record]:
    """A page, and one row more where there is another page; `division` is a prefix.

    By id, after an id; `by_total` the highest first, after a `TotalKey`.
    """
    evaluation = evaluations.c
    statement = where_given(
        SHOWN,
        {
            evaluation.cycle_id: cycle,
            evaluation.party_organization_id: party_organization,
            STATE: state,
            evaluation.star: star,
        },
    )
    statement = where_within(statement, evaluation.division, division)
    if not by_total:
        assert not isinstance(after, TotalKey)
        return [named(row) for row in await tx.records(page_by_id(statement, evaluation.id, after, limit))]
    if isinstance(after, TotalKey):
        behind = (_total < after.total) | (evaluation.id > after.id)
        statement = statement.where(_total <= after.total, behind)
    statement = statement.order_by(_total.desc(), evaluation.id).limit(limit + 1)
    return [named(row) for row in await tx.records(statement)]
