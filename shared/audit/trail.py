"""Verifies and exports the audit trail that the triggers of `shared/schema/security.py` write."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import text

from shared.db.session import Database, Transaction

# Computed here, not by the database's own function: who can rewrite rows can rewrite a function.
DIGEST = (
    "sha256(COALESCE(previous, ''::bytea) || convert_to(jsonb_build_array(division, number, "
    "extract(epoch FROM at)::text, actor, authority, door, operation, object_type, object_id, diff, policy, "
    "request_id, tx::text)::text, 'UTF8'))"
)
_BROKEN_LINKS = text(
    "SELECT division, number, expected_number, object_type, object_id, at, number <> expected_number AS gap "
    "FROM (SELECT *, lag(hash) OVER chain AS previous, COALESCE(lag(number) OVER chain, 0) + 1 AS expected_number "
    "      FROM audit_log WINDOW chain AS (PARTITION BY division ORDER BY number)) AS linked "
    "WHERE number <> expected_number OR hash <> DIGEST ORDER BY division, number".replace("DIGEST", DIGEST)
)
_BROKEN_HEADS = text(
    "SELECT h.division, h.number, l.number AS last_number, h.hash = l.hash AS same "
    "FROM audit_heads h FULL JOIN (SELECT DISTINCT ON (division) division, number, hash FROM audit_log "
    "ORDER BY division, number DESC) l USING (division) "
    "WHERE h.number IS DISTINCT FROM l.number OR h.hash IS DISTINCT FROM l.hash"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the trail does not hold, and why."""

    division: str
    number: int
    kind: str
    detail: str


async def verify_chain(tx: Transaction) -> list[Finding]:
    """Check every link of every chain, and that each chain ends where its head says."""
    findings = []
    for row in await tx.rows(_BROKEN_LINKS):
        if row.gap:
            missing = f"{row.expected_number}…{row.number - 1}"
            detail = f"rows {missing} are gone, or their order was changed"
            findings.append(Finding(row.division, row.expected_number, "deleted", detail))
        else:
            detail = f"{row.object_type} {row.object_id} at {row.at.isoformat()}: this row or the one before was edited"
            findings.append(Finding(row.division, row.number, "edited", detail))
    for row in await tx.rows(_BROKEN_HEADS):
        detail = f"the head names row {row.number}, the last row is {row.last_number}"
        place = (row.last_number or 0) + 1
        findings.append(Finding(row.division, place, "truncated", detail))
    return findings


async def count_rows(tx: Transaction) -> int:
    """How many rows the trail has."""
    return int(await tx.scalar(text("SELECT count(*) FROM audit_log")))


async def read_heads(tx: Transaction) -> dict[str, tuple[int, str]]:
    """Each chain's last number and hash."""
    rows = await tx.rows(text("SELECT division, number, hash FROM audit_heads ORDER BY division"))
    return {row.division: (row.number, bytes(row.hash).hex()) for row in rows}


async def export_rows(
    database: Database, *, division: str | None, since: datetime | None, until: datetime | None
) -> AsyncIterator[bytes]:
    """The trail as NDJSON, chain by chain, with the ids of the events that caused each change.

    A division has one chain or several.
    """
    last: tuple[str, int] = ("", 0)
    while True:
        async with database.transaction() as tx:
            rows = await tx.records(
                text(
                    "SELECT split_part(l.division, '~', 1) AS division, l.division AS chain, l.number, l.at, l.actor, "
                    "l.authority, l.door, l.operation, l.object_type, "
                    "l.object_id, l.diff, l.policy, l.request_id, l.tx::text AS tx, encode(l.hash, 'hex') AS hash, "
                    "CASE WHEN l.actor LIKE 'system:%' THEN ARRAY(SELECT i.event_id::text FROM inbox i "
                    # The hour too: on a server to which a backup was restored, transaction numbers start again.
                    "WHERE i.tx = l.tx AND i.claimed_at BETWEEN l.at - interval '1 hour' AND l.at "
                    "LIMIT 1000) ELSE '{}' END AS event_ids FROM audit_log l "
                    "WHERE (l.division, l.number) > (:division, :number) AND l.division LIKE :scope "
                    "AND (CAST(:since AS timestamptz) IS NULL OR l.at >= :since) "
                    "AND (CAST(:until AS timestamptz) IS NULL OR l.at < :until) "
                    "ORDER BY l.division, l.number LIMIT 1000"
                ),
                {
                    "division": last[0],
                    "number": last[1],
                    "scope": (division or "") + "%",
                    "since": since,
                    "until": until,
                },
            )
        for row in rows:
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        if not rows:
            return
        last = rows[-1]["chain"], rows[-1]["number"]


def describe(findings: Sequence[Finding]) -> str:
    """Findings as lines of text."""
    return "\n".join(f"{f.kind} at {f.division} #{f.number}: {f.detail}" for f in findings)
