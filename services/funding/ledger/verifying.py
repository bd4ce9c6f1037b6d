"""Folds everything that was posted and compares it with what is kept; each finding names what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from services.funding.ledger.queries import DAY
from shared.db.session import Transaction

OUT_OF_BALANCE = """
SELECT t.id || ' (off by ' || COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) || ' fen)' AS example
FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
GROUP BY t.id HAVING COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) <> 0 OR count(e.id) < 2 ORDER BY t.id
"""
DRIFTING = """
SELECT account || '/' || division || ' (kept ' || COALESCE(b.balance_fen, 0)
    || ', folded ' || COALESCE(f.balance_fen, 0) || ' fen)' AS example
FROM account_balances b FULL JOIN (
    SELECT account, division, sum(debit_fen) - sum(credit_fen) AS balance_fen FROM ledger_entries GROUP BY 1, 2
) f USING (account, division)
WHERE COALESCE(b.balance_fen, 0) <> COALESCE(f.balance_fen, 0) ORDER BY account, division
"""
_ENTRIES_ADDED = """
SELECT t.id || ' (posted with ' || t.entries || ' entries, has ' || count(e.id) || ')' AS example
FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
WHERE t.entries IS NOT NULL GROUP BY t.id HAVING count(e.id) <> t.entries ORDER BY t.id
"""
_NOT_REVERSED = """
SELECT DISTINCT t.id || ' (' || e.account || ')' AS example
FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id IN (t.id, t.corrects)
WHERE t.corrects IS NOT NULL
GROUP BY t.id, e.account, e.division, e.source, e.recipient_id, e.purpose
HAVING sum(e.debit_fen) <> sum(e.credit_fen) ORDER BY 1
"""
_MOVED_AFTER_LOCK = f"""
SELECT kept.place || ' (' || p.month || ': locked with ' || kept.balance_fen || ', folded '
    || folded.balance_fen || ' fen)' AS example
FROM ledger_periods p
CROSS JOIN LATERAL (
    SELECT DISTINCT places.place, COALESCE((p.balances->>places.place)::numeric, 0) AS balance_fen FROM (
        SELECT jsonb_object_keys(p.balances) AS place
        UNION SELECT e.account || '/' || e.division FROM ledger_entries e WHERE starts_with(e.division, p.division)
    ) places) kept
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) AS balance_fen FROM ledger_entries e
    WHERE e.account = split_part(kept.place, '/', 1) AND e.division = split_part(kept.place, '/', 2)
        AND to_char({DAY.format("e")}, 'YYYY-MM') <= p.month
) folded
WHERE p.state = 'locked' AND kept.balance_fen <> folded.balance_fen ORDER BY p.month, kept.place
"""  # noqa: S608 - a fixed statement
# As `Voucher.input_hash` has it: kind, division and lines, in their order.
_NOT_AS_POSTED = """
SELECT t.id || ' (' || t.kind || ')' AS example
FROM ledger_transactions t CROSS JOIN LATERAL (
    SELECT string_agg(format('["%s", %s, %s, "%s", "%s", "%s"]', l.account, l.debit_fen, l.credit_fen, l.source,
        l.recipient, l.purpose), ', ' ORDER BY l.account COLLATE "C", l.debit_fen, l.credit_fen, l.source COLLATE "C",
        l.recipient COLLATE "C", l.purpose COLLATE "C") AS lines
    FROM (
        SELECT e.account, e.debit_fen, e.credit_fen, COALESCE(e.source, '') AS source,
            COALESCE(e.recipient_id::text, 'None') AS recipient, COALESCE(e.purpose, '') AS purpose
        FROM ledger_entries e WHERE e.transaction_id = t.id
    ) AS l
) AS posted
WHERE t.input_hash <> encode(sha256(convert_to(
    format('["%s", "%s", [%s]]', t.kind, t.division, COALESCE(posted.lines, '')), 'UTF8')), 'hex')
ORDER BY t.id
"""
_ELSEWHERE = f"""
SELECT DISTINCT t.id || ' (' || e.account || ')' AS example
FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
WHERE e.division <> t.division OR {DAY.format("e")} <> {DAY.format("t")} ORDER BY 1
"""  # noqa: S608 - a fixed statement
CHECKS: Mapping[str, str] = {
    "transactions that do not sum to zero": OUT_OF_BALANCE,
    "transactions with entries more or less than were posted": _ENTRIES_ADDED,
    "balances that are not the fold of their entries": DRIFTING,
    "transactions that are not as they were posted": _NOT_AS_POSTED,
    "entries of another division or day than their transaction": _ELSEWHERE,
    "reversals that do not take back what they name": _NOT_REVERSED,
    "balances that moved after their month was locked": _MOVED_AFTER_LOCK,
}
_COUNTS = text(
    "SELECT (SELECT count(*) FROM ledger_transactions) AS transactions, "
    "(SELECT count(*) FROM ledger_entries) AS entries, (SELECT count(*) FROM account_balances) AS balances"
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read, and what does not agree: by check, what each finding names."""

    transactions: int
    entries: int
    balances: int
    findings: Mapping[str, list[str]]

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return not self.findings


async def verify(tx: Transaction) -> Verified:
    """Fold and compare everything within the caller's scope. In one snapshot, where the transaction keeps one."""
    counts = await tx.row(_COUNTS)
    found = {name: [row.example for row in await tx.rows(text(sql))] for name, sql in CHECKS.items()}
    return Verified(
        counts.transactions, counts.entries, counts.balances, {name: rows for name, rows in found.items() if rows}
    )
