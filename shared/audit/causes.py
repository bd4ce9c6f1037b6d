"""Which events caused a change: named in the audit's row itself, so that a changed inbox is noticed.

A transaction handles one event or a list of them. One is named by its id, a list by a digest of its ids; the inbox rows
of a list have the transaction's number.
"""

import hashlib
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from shared.audit.trail import Finding
from shared.db.session import Transaction

ONE, MANY = "event:", "events:"

# Only the system's own rows: a caller's X-Request-Id may look like anything.
# On a server to which a backup was restored, transaction numbers start again: the hour distinguishes two of one number.
_BROKEN_CAUSES = text(
    "WITH caused AS (SELECT tx, request_id, min(division) AS division, min(number) AS number, min(at) AS first_at, "
    "max(at) AS last_at FROM audit_log WHERE request_id LIKE 'event%:%' AND actor LIKE 'system:%' "
    "GROUP BY tx, request_id) "
    "SELECT c.division, c.number, c.request_id FROM caused c CROSS JOIN LATERAL ("
    "SELECT count(*) AS n, string_agg(i.event_id::text, ',' ORDER BY i.event_id) AS ids FROM inbox i "
    "WHERE i.tx = c.tx AND i.claimed_at BETWEEN c.first_at - interval '1 hour' AND c.last_at) AS claimed "
    "WHERE c.request_id IS DISTINCT FROM CASE claimed.n WHEN 1 THEN 'event:' || claimed.ids "
    "ELSE 'events:' || encode(sha256(convert_to(claimed.ids, 'UTF8')), 'hex') END ORDER BY c.division, c.number"
)


def name_cause(event_ids: Collection[UUID]) -> str:
    """How the audit names the events that a transaction handles."""
    if len(event_ids) == 1:
        return f"{ONE}{next(iter(event_ids))}"
    return MANY + hashlib.sha256(",".join(map(str, sorted(event_ids))).encode()).hexdigest()


async def verify_causes(tx: Transaction) -> list[Finding]:
    """Check that the inbox still has the events that each change names as its cause."""
    return [
        Finding(row.division, row.number, "cause", f"the inbox does not hold {row.request_id} as it was claimed")
        for row in await tx.rows(_BROKEN_CAUSES)
    ]
