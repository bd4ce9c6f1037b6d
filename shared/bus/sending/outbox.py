"""The outbox: an event is a row beside the data it tells of, in the same transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from shared.bus.context import Cause, current_cause
from shared.contracts.base import Payload
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.db.wake import OUTBOX_CHANNEL

MAX_EVENT_BYTES = 900_000
"""Below Kafka's usual message limit (1 MiB) with room for headers: refused here, while it can still be refused."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be sent: the aggregate's id and version, and what happened to it.

    `key` decides the partition (default: the aggregate). `cause` is what set it off (default: the current
    request). `topic` overrides the contract's own.
    """

    subject: UUID
    sequence: int
    data: Payload
    division: str | None
    time: datetime
    key: UUID | None = None
    cause: Cause | None = None
    topic: str | None = None


class EventTooLarge(ValueError):  # noqa: N818
    """The payload would not fit in a Kafka message."""


_COLUMNS = (
    ("id", "uuid"),
    ("topic", "text"),
    ("key", "text"),
    ("type", "text"),
    ("subject", "text"),
    ("sequence", "bigint"),
    ("occurred_at", "timestamptz"),
    ("division", "text"),
    ("correlation_id", "text"),
    ("causation_id", "text"),
    ("traceparent", "text"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_INSERT = text(
    f"INSERT INTO outbox ({_NAMES}, data) SELECT {_NAMES}, CAST(data AS jsonb) FROM unnest("  # noqa: S608 - fixed names
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _COLUMNS)
    + f", CAST(:data AS text[])) AS u({_NAMES}, data)"
)


_ONE = ", ".join(f"CAST(:event_{name} AS {kind})" for name, kind in (*_COLUMNS, ("data", "jsonb")))
_ONE_NAMES = (*(f"event_{name}" for name, _ in _COLUMNS), "event_data")
_INSERT_ONE = text(f"INSERT INTO outbox ({_NAMES}, data) VALUES ({_ONE})")  # noqa: S608 - fixed names


@lru_cache(maxsize=64)
def with_event(insert: TextClause) -> TextClause:
    """An `INSERT … RETURNING` of one row and its event's in one statement: no row, no event.

    For `insert_and_emit`.
    """
    return text(
        f"WITH written AS ({insert.text}), "  # noqa: S608 - fixed statements
        f"told AS (INSERT INTO outbox ({_NAMES}, data) SELECT {_ONE} WHERE EXISTS (SELECT FROM written)) "
        "SELECT * FROM written"
    )


async def insert_and_emit(
    tx: Transaction, statement: TextClause, row: Mapping[str, Any], event: NewEvent
) -> Sequence[Any]:
    """Run a statement made by `with_event`; what its insert returns. Raises EventTooLarge."""
    told = dict(zip(_ONE_NAMES, _to_row(event, current_cause.get()), strict=True))
    rows = await tx.rows(statement, {**row, **told})
    if rows:
        tx.channels.add(OUTBOX_CHANNEL)
    return rows


async def emit(tx: Transaction, events: Sequence[NewEvent]) -> None:
    """Add events to the transaction: they are published if and only if it commits, in the order given.

    The caller holds the lock of (or has just made) each aggregate and has raised its version.
    Raises EventTooLarge.
    """
    if not events:
        return
    ambient = current_cause.get()
    rows = [_to_row(event, ambient) for event in events]
    if len(rows) == 1:
        await tx.execute(_INSERT_ONE, dict(zip(_ONE_NAMES, rows[0], strict=True)))
    else:
        names = [name for name, _ in _COLUMNS] + ["data"]
        await tx.execute(_INSERT, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    tx.channels.add(OUTBOX_CHANNEL)


def _to_row(event: NewEvent, ambient: Cause) -> tuple[object, ...]:
    payload = event.data
    body = payload.model_dump_json()
    if len(body) > MAX_EVENT_BYTES:
        raise EventTooLarge(f"{payload.TYPE} of {event.subject}: {len(body)} bytes")
    cause = event.cause or ambient
    event_id = new_id()
    return (
        event_id,
        event.topic or payload.TOPIC,
        str(event.key or event.subject),
        payload.TYPE,
        str(event.subject),
        event.sequence,
        event.time,
        event.division,
        cause.correlation_id or str(event_id),
        cause.causation_id,
        cause.traceparent,
        body,
    )
