"""What a service's own records promise: the ledger and the audit trail."""

from shared.audit.report import AnchorPlaces, verify_trail
from shuangfu.reconciliation.found import Finding, House

_UNBALANCED = """
SELECT t.id, COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) AS off, count(e.id) AS entries
FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.transaction_id = t.id
GROUP BY t.id HAVING COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0) <> 0 OR count(e.id) < 2 ORDER BY t.id
"""
_DRIFT = """
SELECT account, division, COALESCE(b.balance_fen, 0) AS kept, COALESCE(f.balance_fen, 0) AS folded
FROM account_balances b FULL JOIN (
    SELECT account, division, sum(debit_fen) - sum(credit_fen) AS balance_fen FROM ledger_entries GROUP BY 1, 2
) f USING (account, division)
WHERE COALESCE(b.balance_fen, 0) <> COALESCE(f.balance_fen, 0) ORDER BY 1, 2
"""
_GRANTS = """
SELECT g.id, g.state, g.amount_fen, k.approved, k.paid FROM grants g LEFT JOIN LATERAL (
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


async def check_ledger(house: House, service: str) -> list[Finding]:
    """Transactions sum to zero, balances are the fold of the entries, grants are posted as far as they got."""
    async with house.databases[service].transaction() as tx:
        driver = tx.driver
        sums = Finding("ledger transactions sum to zero", service, await _count(driver, "ledger_transactions"))
        sums.add([f"{row['id']} (off by {row['off']} fen)" for row in await driver.fetch(_UNBALANCED)])
        fold = Finding("balances are the fold of entries", service, await _count(driver, "account_balances"))
        found = await driver.fetch(_DRIFT)
        fold.add([f"{r['account']}/{r['division']} (kept {r['kept']}, folded {r['folded']} fen)" for r in found])
        posted = Finding("grants are posted", service, await _count(driver, "grants"))
        posted.add([f"{row['id']} ({row['state']})" for row in await driver.fetch(_GRANTS)])
    for finding in (sums, fold, posted):
        finding.advice = _BY_TRAIL if finding.differ else ""
    return [sums, fold, posted]


async def check_audit(house: House, service: str) -> Finding:
    """The chain of the audit trail holds, and agrees with the anchors where a folder is named for them."""
    report = await verify_trail(house.databases[service], service, AnchorPlaces(house.anchors[service]))
    finding = Finding("audit trail holds", service, report.rows)
    finding.add([*report.faults, *(f"{one.division} row {one.number}: {one.kind}" for one in report.findings)])
    if finding.differ:
        finding.advice = f"`shuangfu audit verify --service {service}` says where; keep the database for an inquiry"
    return finding


async def _count(driver: object, table: str) -> int:
    return int(await driver.fetchval(f"SELECT count(*) FROM {table}"))  # type: ignore[attr-defined]  # noqa: S608
