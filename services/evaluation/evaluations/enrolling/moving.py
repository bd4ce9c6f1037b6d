"""Open evaluations follow their Party organizations over a division boundary; what was decided or completed stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.evaluation.cycles.queries import OPEN_CYCLES, frozen_rules
from services.evaluation.deadlines.rules import due_days
from services.evaluation.evaluations.queries import moved
from services.evaluation.evaluations.rules import TRANSITIONS
from services.evaluation.tables import evaluations
from shared.db.base import columns_of, to_json, update_list
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.transitions import states_before

# The cycle is another one where an open cycle of the year is for the new division and the present one is not; the
# sheets stay with the evaluation. Without such a cycle the evaluation waits in the one that it is in.
_FOLLOW = text(
    f"""
    UPDATE evaluations AS e SET division = m.division, cycle_id = m.cycle_id, version = e.version + 1,
        reasons = e.reasons || {moved("e", "m", "CAST(:now AS timestamptz)")}
    FROM (
        SELECT o.id, p.division, COALESCE(own.id, other.id, o.cycle_id) AS cycle_id
        FROM evaluations AS o JOIN party_organizations AS p ON p.id = o.party_organization_id AND p.dissolved_on IS NULL
        LEFT JOIN ({OPEN_CYCLES}) AS own
            ON own.id = o.cycle_id AND p.division BETWEEN own.first_division AND own.last_division
        LEFT JOIN LATERAL (
            SELECT c.id FROM ({OPEN_CYCLES}) AS c
            WHERE c.year = o.year AND p.division BETWEEN c.first_division AND c.last_division
              AND EXISTS (SELECT FROM cycle_indicator_systems AS s WHERE s.cycle_id = c.id AND s.type = o.type)
            ORDER BY length(c.division) DESC LIMIT 1
        ) AS other ON true
        WHERE p.id = ANY(CAST(:ids AS uuid[])) AND o.division <> p.division AND o.state = ANY(CAST(:states AS text[]))
          AND o.phase IS NULL AND o.earlier = '[]'
        ORDER BY o.id FOR UPDATE OF o
    ) AS m WHERE e.id = m.id
    RETURNING new.id, new.cycle_id, new.type, new.deadlines, new.cycle_id <> old.cycle_id AS changed
    """  # noqa: S608 - fixed statements
)
# What was decided, or was completed once, stays with who decided it; who leads the Party organization now sees it, and
# leads what follows.
_NOTE = text(
    """
    UPDATE evaluations AS e SET moved_to = NULLIF(p.division, e.division), version = e.version + 1,
        reasons = e.reasons || jsonb_build_array(jsonb_build_object('rule', 'R-moved', 'outcome', 'stays', 'facts',
            jsonb_build_object('from', COALESCE(e.moved_to, e.division), 'to', p.division), 'as_of',
            CAST(:now AS timestamptz)))
    FROM party_organizations AS p
    WHERE p.id = ANY(CAST(:ids AS uuid[])) AND p.dissolved_on IS NULL AND e.party_organization_id = p.id
      AND e.state <> 'withdrawn' AND e.moved_to IS DISTINCT FROM NULLIF(p.division, e.division)
    """
)
_SAVE_DAYS = update_list(evaluations, ("id",), ("deadlines",))


async def follow_moves(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> None:
    """Move the evaluations of these that nobody decided yet, with their sheets, to where they are now.

    Of others it is noted where their Party organizations are now.
    """
    if party_organization_ids:
        states = [*dict.fromkeys(states_before(TRANSITIONS, "scoring"))]
        rows = await tx.records(_FOLLOW, {"ids": list(party_organization_ids), "states": states, "now": now})
        await _give_days(tx, [row for row in rows if row["changed"]], now)
        await tx.execute(_NOTE, {"ids": list(party_organization_ids), "now": now})


async def _give_days(tx: Transaction, rows: Sequence[Record], now: datetime) -> None:
    """Who comes into another cycle has days there as who joins it late, for stages that had none before.

    A stage without a day is never late, and would cost points as one that was missed.
    """
    rules = await frozen_rules(tx, sorted({row["cycle_id"] for row in rows})) if rows else {}
    given: list[dict[str, object]] = []
    for row in rows:
        policy, before = rules[row["cycle_id"]].policy, row["deadlines"] or {}
        days = due_days(policy.parameters, row["type"], china_day(now), policy.working_days)
        if not days.keys() <= before.keys():
            given.append({"id": row["id"], "deadlines": to_json({**days, **before})})
    if given:
        await tx.execute(_SAVE_DAYS, columns_of(given, ("id", "deadlines")))
