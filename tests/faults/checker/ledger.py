"""I5: transactions sum to zero, balances are the fold of their entries, and nothing posted changes or goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

_ROWS = (
    "SELECT 'entry ' || id AS id, md5(e::text) AS digest FROM ledger_entries e "
    "UNION ALL SELECT 'transaction ' || id, md5(t::text) FROM ledger_transactions t"
)
_FAULTS = (
    (
        "transaction {0} is out of balance by {1} fen",
        """
        SELECT t.id, sum(e.debit_fen) - sum(e.credit_fen) FROM ledger_transactions t
        LEFT JOIN ledger_entries e ON e.transaction_id = t.id GROUP BY t.id
        HAVING sum(e.debit_fen) - sum(e.credit_fen) IS DISTINCT FROM 0
        """,
    ),
    (
        "balance {0} of {1} is {2}, its entries say {3}",
        """
        SELECT account, division, b.balance_fen, f.fold FROM account_balances b FULL JOIN (
            SELECT account, division, sum(debit_fen) - sum(credit_fen) AS fold FROM ledger_entries
            GROUP BY account, division) f USING (account, division)
        WHERE COALESCE(b.balance_fen, 0) <> COALESCE(fold, 0)
        """,
    ),
    (
        "grant {0} is {1} and has the postings {2}",
        """
        SELECT * FROM (
            SELECT g.id, g.state,
                COALESCE(array_agg(t.kind ORDER BY t.kind) FILTER (WHERE t.id IS NOT NULL), '{}') AS kinds
            FROM grants g LEFT JOIN ledger_transactions t ON t.grant_id = g.id GROUP BY g.id) AS posted
        WHERE kinds IS DISTINCT FROM CASE state WHEN 'paid' THEN ARRAY['grant_approved', 'grant_paid']
            WHEN 'approved' THEN ARRAY['grant_approved'] ELSE '{}'::text[] END
        """,
    ),
    (
        "transaction {0} posts {1} fen, its grant is of {2}",
        """
        SELECT t.id, sum(e.debit_fen), g.amount_fen FROM ledger_transactions t JOIN grants g ON g.id = t.grant_id
        JOIN ledger_entries e ON e.transaction_id = t.id GROUP BY t.id, g.amount_fen
        HAVING sum(e.debit_fen) <> g.amount_fen
        """,
    ),
)


@dataclass
class Baseline:
    """What was posted so far, by digest, and how long each audit trail was."""

    posted: dict[str, str] = field(default_factory=dict)
    audit_rows: dict[str, int] = field(default_factory=dict)

    @property
    def postings(self) -> int:
        """Ledger transactions."""
        return sum(row.startswith("transaction") for row in self.posted)


async def take_baseline(connections: Mapping[str, asyncpg.Connection]) -> Baseline:
    """The ledger and the audit trails as they are now."""
    posted = {row["id"]: row["digest"] for row in await connections["funding"].fetch(_ROWS)}
    counts = {
        service: await connection.fetchval("SELECT count(*) FROM audit_log")
        for service, connection in connections.items()
    }
    return Baseline(posted, counts)


async def faults(connections: Mapping[str, asyncpg.Connection], baseline: Baseline | None) -> list[str]:
    """What does not hold, as sentences."""
    connection = connections["funding"]
    found = [sentence.format(*row.values()) for sentence, sql in _FAULTS for row in await connection.fetch(sql)]
    if baseline is not None:
        posted = {row["id"]: row["digest"] for row in await connection.fetch(_ROWS)}
        found += [f"{row} went" for row in baseline.posted if row not in posted]
        found += [f"{row} changed" for row, digest in baseline.posted.items() if posted.get(row, digest) != digest]
    return found
