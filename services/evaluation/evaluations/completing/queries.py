"""The writes of completions, and whom a list of them is of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.evaluation.evaluations.queries import IDS, SHOWN, frozen_of_types, taken, to_evaluation
from services.evaluation.evaluations.rules import Evaluation
from services.evaluation.ratings.rules import Rating
from services.evaluation.tables import evaluations
from shared.db.base import to_json
from shared.db.session import Transaction
from shared.db.statements import prepare

_LOCK_LIST = prepare(
    SHOWN.where(evaluations.c.id == IDS.any_()).order_by(evaluations.c.id).with_for_update(of=evaluations)
)
_COMPLETE = text(
    """
    UPDATE evaluations AS t SET state = 'completed', phase = NULL, total = u.total, star = u.star,
        reasons = t.reasons || CAST(u.reasons AS jsonb), basis = CAST(u.basis AS jsonb), note = :note,
        sequence = u.sequence, completed_at = :now, completed_by = :by, returned = NULL,
        steps = t.steps || CAST(:steps AS jsonb), version = t.version + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:totals AS numeric[]), CAST(:stars AS smallint[]),
                CAST(:reasons AS text[]), CAST(:bases AS text[]), CAST(:sequences AS bigint[]))
         AS u(id, total, star, reasons, basis, sequence)
    WHERE t.id = u.id
    """
)


async def lock_of_cycle(tx: Transaction, cycle_id: UUID, evaluation_ids: Sequence[UUID]) -> list[Evaluation]:
    """Those of these that are seen and of the cycle, locked, with what it froze."""
    rows = [row for row in await tx.records(_LOCK_LIST, {"ids": list(evaluation_ids)}) if row["cycle_id"] == cycle_id]
    frozen = await frozen_of_types(tx, cycle_id, sorted({row["type"] for row in rows}))
    return [to_evaluation(row | frozen[row["type"]]) for row in rows]


async def save(
    tx: Transaction,
    came_out: Sequence[tuple[Evaluation, Rating, Mapping[str, Any]]],
    note: str | None,
    now: datetime,
) -> None:
    """Write how evaluations came out, each as its next version and sequence."""
    await tx.execute(
        _COMPLETE,
        {
            "ids": [evaluation.id for evaluation, *_ in came_out],
            "totals": [rating.total for _, rating, _ in came_out],
            "stars": [rating.star for _, rating, _ in came_out],
            "reasons": [
                to_json([reason.model_dump(mode="json") for reason in rating.reasons]) for _, rating, _ in came_out
            ],
            "bases": [to_json(basis) for *_, basis in came_out],
            "sequences": [evaluation.sequence + 1 for evaluation, *_ in came_out],
            "note": note,
            "now": now,
            "by": tx.access.actor,
            "steps": to_json(taken(tx, "completion", now, note)),
        },
    )
