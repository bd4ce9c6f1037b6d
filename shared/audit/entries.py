"""The trail of one record, with whether the chains hold that far; and who read what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from shared.audit.catalog import TRAIL, Named
from shared.audit.trail import DIGEST
from shared.db.session import Record, Transaction

MOST_VERIFIED = 20_000
"""Rows of a chain that are recomputed for an answer, up to its newest entry. `shuangfu audit verify` does all."""
Key = tuple[datetime, str, int]
"""Where a page ends: time, chain and number of its last entry."""

_COLUMNS = (
    "split_part(l.division, '~', 1) AS division, l.division AS chain, l.number, l.at, l.actor, l.authority, "
    "l.door AS route, l.operation, l.object_type AS kind, l.object_id AS record, l.request_id, "
    "encode(l.hash, 'hex') AS hash"
)
_AFTER = (
    "AND (CAST(:at AS timestamptz) IS NULL OR (l.at, l.division, l.number) < (:at, :chain, :number)) "
    "ORDER BY l.at DESC, l.division DESC, l.number DESC LIMIT :limit"
)
_WANTED = "unnest(CAST(:kinds AS text[]), CAST(:ids AS text[])) AS w(kind, id)"
_IN_TRAIL = text(
    "SELECT DISTINCT object_type AS kind, object_id AS id FROM audit_log "
    "WHERE object_type = ANY(:kinds) AND object_id = :record ORDER BY 1"
)
_ENTRIES = text(
    f"SELECT {_COLUMNS}, l.diff, l.policy, l.tx::text AS transaction FROM {_WANTED} "  # noqa: S608
    "JOIN audit_log l ON l.object_type = w.kind AND l.object_id = w.id "
    f"WHERE (CAST(:operation AS text) IS NULL OR l.operation = :operation) {_AFTER}"
)
_READINGS = text(
    f"SELECT {_COLUMNS} FROM audit_log l WHERE l.operation = 'read' AND l.division LIKE :within "  # noqa: S608
    "AND (CAST(:kind AS text) IS NULL OR l.object_type = :kind) "
    "AND (CAST(:record AS text) IS NULL OR l.object_id = :record) "
    "AND (CAST(:actor AS text) IS NULL OR l.actor = :actor) "
    "AND (CAST(:since AS timestamptz) IS NULL OR l.at >= :since) "
    f"AND (CAST(:until AS timestamptz) IS NULL OR l.at < :until) {_AFTER}"
)
# The row before the first is read for its hash alone.
_VERIFIED = text(
    "WITH asked AS (SELECT * FROM unnest(CAST(:chains AS text[]), CAST(:last AS bigint[])) AS a(chain, until)), "  # noqa: S608
    "linked AS (SELECT l.*, a.until, greatest(a.until - :most, 0) AS base, lag(l.hash) OVER chain AS previous, "
    "lag(l.number) OVER chain AS before FROM asked a JOIN audit_log l ON l.division = a.chain "
    "AND l.number BETWEEN a.until - :most AND a.until WINDOW chain AS (PARTITION BY l.division ORDER BY l.number)), "
    "found AS (SELECT division AS chain, until, base, "
    "min(CASE WHEN number > base AND number <> COALESCE(before, base) + 1 THEN COALESCE(before, base) + 1 END) "
    f"AS gap, min(number) FILTER (WHERE number > base AND hash <> {DIGEST}) AS edited "
    "FROM linked GROUP BY division, until, base) "
    "SELECT f.chain, f.until, f.base + 1 AS since, f.gap, f.edited, e.number AS ends, "
    "COALESCE(h.number = e.number AND h.hash = e.hash, false) AS whole FROM found f "
    "LEFT JOIN audit_heads h ON h.division = f.chain CROSS JOIN LATERAL (SELECT l.number, l.hash FROM audit_log l "
    "WHERE l.division = f.chain ORDER BY l.number DESC LIMIT 1) AS e ORDER BY f.chain"
)
_READ = text("SELECT audit_read(:kind, :record, :division)")


@dataclass(frozen=True, slots=True)
class ChainState:
    """A chain, recomputed from row `since` to row `until`; `finding` names the first that does not hold, at `place`."""

    chain: str
    since: int
    until: int
    finding: str | None
    place: int | None

    def holds(self, number: int) -> bool | None:
        """Whether the chain holds up to a row; None where it was not recomputed that far back."""
        if number < self.since:
            return None
        return self.finding in (None, "truncated") or self.place is None or number < self.place


async def in_trail(tx: Transaction, kinds: Sequence[str], record: str) -> list[Named]:
    """What the trail has under an id."""
    return [(row.kind, row.id) for row in await tx.rows(_IN_TRAIL, {"kinds": list(kinds), "record": record})]


async def list_entries(
    tx: Transaction, records: Iterable[Named], *, operation: str | None, after: Key | None, limit: int
) -> list[Record]:
    """What happened to these, the newest first: up to `limit`, and one more."""
    wanted = sorted(records)
    given = {"kinds": [kind for kind, _ in wanted], "ids": [one for _, one in wanted], "operation": operation}
    return await tx.records(_ENTRIES, given | _page(after, limit))


async def list_readings(
    tx: Transaction, filters: dict[str, Any], *, division: str | None, after: Key | None, limit: int
) -> list[Record]:
    """Who read what, the newest first: up to `limit`, and one more."""
    return await tx.records(_READINGS, filters | {"within": f"{division or ''}%"} | _page(after, limit))


async def verify_up_to(tx: Transaction, last: dict[str, int], *, most: int = MOST_VERIFIED) -> list[ChainState]:
    """Recompute chains up to the rows of these numbers, and compare their ends with their heads."""
    asked = {"chains": list(last), "last": list(last.values()), "most": most}
    return [_state(row) for row in await tx.rows(_VERIFIED, asked)]


def _state(row: Any) -> ChainState:
    places = [(row.gap, "deleted"), (row.edited, "edited")]
    found = sorted((place, kind) for place, kind in places if place is not None)
    if not found and not row.whole:
        found = [(row.ends + 1, "truncated")]
    place, finding = found[0] if found else (None, None)
    return ChainState(row.chain, row.since, row.until, finding, place)


async def record_reading(tx: Transaction, record: Named, division: str) -> None:
    """Write the row of who read the trail of a record."""
    await tx.execute(_READ, {"kind": TRAIL, "record": f"{record[0]}/{record[1]}", "division": division})


def _page(after: Key | None, limit: int) -> dict[str, Any]:
    at, chain, number = after or (None, "", 0)
    return {"at": at, "chain": chain, "number": number, "limit": limit + 1}
