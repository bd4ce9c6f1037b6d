"""How funding's decisions are compared with the evaluations that they are about, and what holds of its ledger."""

from shared.reconciliation import Comparison, Invariant, Reconciliation

# The newest decision on each evaluation; one that entitles without a grant counts as none.
_DECISIONS = """
SELECT DISTINCT ON (d.evaluation_id) d.evaluation_id AS id, d.recipient_id AS party_organization_id, d.division,
    d.year, (d.facts->>'star')::smallint AS star, ARRAY[d.evaluation_id] AS subjects
FROM grant_decisions d
WHERE d.outcome = 'none' OR EXISTS (
    SELECT FROM grants g
    WHERE g.id = d.grant_id AND (g.recipient_id, g.scheme, g.year) = (d.recipient_id, d.scheme, d.year)
)
ORDER BY d.evaluation_id, d.id DESC
"""
_OUT_OF_BALANCE = """
SELECT t.id || ' (off by ' || COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) || ' fen)' AS example
FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
GROUP BY t.id HAVING COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) <> 0 OR count(e.id) < 2 ORDER BY t.id
"""
_DRIFTING = """
SELECT account || '/' || division || ' (kept ' || COALESCE(b.balance_fen, 0)
    || ', folded ' || COALESCE(f.balance_fen, 0) || ' fen)' AS example
FROM account_balances b FULL JOIN (
    SELECT account, division, sum(debit_fen) - sum(credit_fen) AS balance_fen FROM ledger_entries GROUP BY 1, 2
) f USING (account, division)
WHERE COALESCE(b.balance_fen, 0) <> COALESCE(f.balance_fen, 0) ORDER BY account, division
"""
_NOT_POSTED = """
SELECT g.id || ' (' || g.state || ')' AS example FROM grants g LEFT JOIN LATERAL (
    SELECT sum(e.debit_fen) FILTER (WHERE t.kind = 'grant_approved') AS approved,
           sum(e.debit_fen) FILTER (WHERE t.kind = 'grant_paid') AS paid
    FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
    WHERE t.grant_id = g.id AND NOT EXISTS (
        SELECT FROM ledger_transactions r WHERE r.grant_id = g.id AND r.kind = 'reversal')
) AS k ON true
WHERE g.state <> 'reversed' AND (
    k.approved IS DISTINCT FROM CASE WHEN g.state IN ('approved', 'paid') THEN g.amount_fen END
    OR k.paid IS DISTINCT FROM CASE WHEN g.state = 'paid' THEN g.amount_fen END)
ORDER BY g.id
"""
_BY_TRAIL = "money was written past the service: `shuangfu audit verify --service funding`, then correct by its trail"

RECONCILIATION = Reconciliation(
    comparisons=(
        Comparison(
            "decisions on completed evaluations",
            ("grant_decisions",),
            "evaluation",
            "completed_evaluations",
            content="ROW(party_organization_id, division, year, star)",
            rows=_DECISIONS,
        ),
    ),
    invariants=(
        Invariant("ledger transactions sum to zero", "ledger_transactions", _OUT_OF_BALANCE, _BY_TRAIL),
        Invariant("balances are the fold of entries", "account_balances", _DRIFTING, _BY_TRAIL),
        Invariant("grants are posted", "grants", _NOT_POSTED, _BY_TRAIL),
    ),
)
