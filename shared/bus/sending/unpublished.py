"""The outbox's unpublished rows: taken by state, turned into messages, marked once they are published."""

from collections.abc import Sequence

import asyncpg

from shared.bus.envelope import Envelope, Message, encode

# By state, never by `seq > last`: numbers are taken before the commit, so a cursor would skip late commits.
_TAKE = """
SELECT seq, created_on, id, topic, key, type, subject, sequence, occurred_at, division, correlation_id,
       causation_id, traceparent, CAST(data AS text) AS data
FROM outbox WHERE published_at IS NULL AND topic <> ALL($2::text[]) ORDER BY seq LIMIT $1
"""
# One relay marks at a time, so positions become visible in order, as the pull feed needs them. An event that is
# published again (after a restore) keeps its position. Rows are found by their key: for a condition on `published_at`
# PostgreSQL would use the index of unpublished rows, with all that an old snapshot still sees in it.
_MARK = """
UPDATE outbox AS o SET published_at = COALESCE(o.published_at, now()), position = COALESCE(o.position, u.position)
FROM (SELECT s.seq, nextval('outbox_position') AS position FROM unnest($1::bigint[]) AS s(seq)) AS u
WHERE o.seq = u.seq AND o.created_on BETWEEN $2 AND $3
"""


async def take(connection: asyncpg.Connection, limit: int, except_topics: Sequence[str]) -> list[asyncpg.Record]:
    """The next unpublished rows in the order of `seq`, without those of some topics."""
    rows: list[asyncpg.Record] = await connection.fetch(_TAKE, limit, list(except_topics))
    return rows


async def mark(connection: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> None:
    """Mark rows as published, and give each its position in the pull feed."""
    days = [row["created_on"] for row in rows]
    await connection.execute(_MARK, [row["seq"] for row in rows], min(days), max(days))


def to_messages(service: str, rows: Sequence[asyncpg.Record]) -> list[Message]:
    """The message of each row."""
    return [_to_message(service, row) for row in rows]


def _to_message(service: str, row: asyncpg.Record) -> Message:
    envelope = Envelope(
        id=row["id"],
        type=row["type"],
        source=f"/{service}",
        subject=row["subject"],
        sequence=row["sequence"],
        time=row["occurred_at"],
        key=row["key"],
        division=row["division"],
        correlation_id=row["correlation_id"],
        causation_id=row["causation_id"],
        traceparent=row["traceparent"],
    )
    return encode(row["topic"], envelope, row["data"].encode())
