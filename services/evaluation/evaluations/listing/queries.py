"""The SELECT of a page of evaluations, by id or by total."""

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, literal_column, select

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
    # The page is chosen among evaluations alone, by an index that has their order: of Party organizations behind
    # row-level security the planner expects a handful, and would join all of a cycle before it sorts.
    chosen = where_given(
        select(evaluation.id, _total.label("key")),
        {
            evaluation.cycle_id: cycle,
            evaluation.party_organization_id: party_organization,
            STATE: state,
            evaluation.star: star,
        },
    )
    chosen = where_within(chosen, evaluation.division, division)
    if by_total:
        if isinstance(after, TotalKey):
            behind = (_total < after.total) | (evaluation.id > after.id)
            chosen = chosen.where(_total <= after.total, behind)
        chosen = chosen.order_by(_total.desc(), evaluation.id).limit(limit + 1)
    else:
        assert not isinstance(after, TotalKey)
        chosen = page_by_id(chosen, evaluation.id, after, limit)
    page = chosen.subquery("page")
    statement = SHOWN.join(page, page.c.id == evaluation.id)
    order = (page.c.key.desc(), page.c.id) if by_total else (page.c.id,)
    return [named(row) for row in await tx.records(statement.order_by(*order))]
