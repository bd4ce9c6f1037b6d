"""The set-based writes of many evaluations' sheets."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.evaluation.evaluations.queries import taken
from services.evaluation.evaluations.rules import State, stored_as
from services.evaluation.sheets.rules import Sheet
from shared.db.base import to_json
from shared.db.session import Transaction

_SAVE = text(
    """
    INSERT INTO evaluation_scores AS s
        (evaluation_id, stage, division, scores, bonus, vetoes, facts, put_at, put_by, hands)
    SELECT e.id, :stage, e.division, g.content->'scores', g.content->'bonus', g.content->'vetoes', g.content->'facts',
        :now, :actor, ARRAY[CAST(:actor AS text)]
    FROM unnest(CAST(:ids AS uuid[]), CAST(CAST(:contents AS text[]) AS jsonb[])) AS g (id, content)
    JOIN evaluations AS e ON e.id = g.id
    ON CONFLICT (evaluation_id, stage) DO UPDATE SET scores = excluded.scores, bonus = excluded.bonus,
        vetoes = excluded.vetoes, facts = excluded.facts, word = NULL, put_at = excluded.put_at,
        put_by = excluded.put_by,
        hands = array_remove(ARRAY(SELECT DISTINCT unnest(s.hands || s.put_by || excluded.put_by)), NULL)
    """
)
_RAISE = text(
    "UPDATE evaluations SET state = :state, phase = :phase, version = version + 1, "
    "steps = steps || CAST(:step AS jsonb), "
    "returned = CASE WHEN returned->>'stage' = :stage THEN NULL ELSE returned END "
    "WHERE id = ANY(CAST(:ids AS uuid[]))"
)


async def save_sheets(
    tx: Transaction, stage: str, sheets: Sequence[tuple[UUID, Sheet]], *, state: State, now: datetime
) -> None:
    """Write one stage's sheets of evaluations that are locked, and their next version."""
    if not sheets:
        return
    ids = [evaluation_id for evaluation_id, _ in sheets]
    contents = [to_json(sheet.to_json()) for _, sheet in sheets]
    await tx.execute(_SAVE, {"stage": stage, "ids": ids, "contents": contents, "now": now, "actor": tx.access.actor})
    step = to_json(taken(tx, stage, now))
    await tx.execute(_RAISE, {**stored_as(state), "stage": stage, "step": step, "ids": ids})
