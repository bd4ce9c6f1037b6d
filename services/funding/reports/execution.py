"""What was paid of a year's budget: one SELECT over appropriations, grants and ledger."""

from sqlalchemy import text

from services.funding.policies import Level
from services.funding.reports.queries import POSTED
from shared.db.session import Record, Transaction

# Paid is what the ledger has of the grants that are charged to a line, whenever it was posted: what was carried over
# is charged to the next year's line, and what came back is taken off. A line is at first what was first confirmed.
_OF_BUDGETS = text(
    "WITH lines AS (SELECT a.id, a.source, f.after_fen AS initial_fen, "  # noqa: S608 - fixed
    "a.amount_fen + a.carried_fen AS budget_fen "
    "FROM appropriations a JOIN appropriation_changes f ON f.appropriation_id = a.id AND f.kind = 'entered' "
    "WHERE a.year = :year AND starts_with(a.division, :division) AND (CAST(:scheme AS text) IS NULL "
    "OR (a.level, a.purpose) = (CAST(:level AS text), CAST(:purpose AS text)))), "
    "chosen AS (SELECT g.id, c.appropriation_id FROM lines l JOIN commitments c ON c.appropriation_id = l.id "
    "JOIN grants g ON g.id = c.grant_id WHERE CAST(:scheme AS text) IS NULL OR g.scheme = :scheme), "
    f"posted AS ({POSTED}), "
    "paid AS (SELECT c.appropriation_id, sum(p.paid_fen) AS executed_fen FROM chosen c "
    "JOIN posted p ON p.grant_id = c.id GROUP BY c.appropriation_id) "
    "SELECT l.source, sum(l.initial_fen)::bigint AS initial_fen, sum(l.budget_fen)::bigint AS budget_fen, "
    "COALESCE(sum(p.executed_fen), 0)::bigint AS executed_fen "
    "FROM lines l LEFT JOIN paid p ON p.appropriation_id = l.id GROUP BY l.source ORDER BY l.source"
)


async def of_budgets(
    tx: Transaction,
    division: str,
    year: int,
    *,
    scheme: str | None = None,
    level: Level | None = None,
    purpose: str | None = None,
) -> list[Record]:
    """Of each source the confirmed appropriations of a year inside a division, given as a prefix, and what was paid
    of them; of a scheme those of its level and purpose, and its grants alone."""
    asked = {"division": division, "year": year, "scheme": scheme, "level": level, "purpose": purpose}
    return await tx.records(_OF_BUDGETS, asked)
