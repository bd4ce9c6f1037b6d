"""Open evaluations follow their Party organizations over a division boundary; what was decided or completed stays."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.evaluation.cycles.queries import OPEN_CYCLES
from services.evaluation.evaluations.queries import moved
from services.evaluation.evaluations.rules import TRANSITIONS
from shared.db.session import Transaction
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
    """  # noqa: S608 - fixed statements
)


async def follow_moves(tx: Transaction, party_organization_ids: Sequence[UUID], now: datetime) -> None:
    """Move the evaluations of these that nobody decided yet, with their sheets, to where they are now."""
    if party_organization_ids:
        states = [*dict.fromkeys(states_before(TRANSITIONS, "scoring"))]
        await tx.execute(_FOLLOW, {"ids": list(party_organization_ids), "states": states, "now": now})
