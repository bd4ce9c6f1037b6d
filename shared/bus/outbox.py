"""The outbox: an event is a row beside the data it tells of, in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

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


_INSERT_ONE = text(
    f"INSERT INTO outbox ({_NAMES}, data) VALUES ("  # noqa: S608 - fixed names
    + ", ".join(f"CAST(:{name} AS {kind})" for name, kind in _COLUMNS)
    + ", CAST(:data AS jsonb))"
)


async def emit(tx: Transaction, events: Sequence[NewEvent]) -> None:
    """Add events to the transaction: they are published if and only if it commits, in the order given.

    The caller holds the lock of (or has just made) each aggregate and has raised its version.
    Raises EventTooLarge.
    """
    if not events:
        return
    ambient = current_cause.get()
    rows: list[tuple[object, ...]] = []
    for event in events:
        payload = event.data
        body = payload.model_dump_json()
        if len(body) > MAX_EVENT_BYTES:
            raise EventTooLarge(f"{payload.TYPE} of {event.subject}: {len(body)} bytes")
        cause = event.cause or ambient
        event_id = new_id()
        rows.append(
            (
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
        )
    names = [name for name, _ in _COLUMNS] + ["data"]
    if len(rows) == 1:
        await tx.execute(_INSERT_ONE, dict(zip(names, rows[0], strict=True)))
    else:
        await tx.execute(_INSERT, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    tx.channels.add(OUTBOX_CHANNEL)
