"""An event as a row of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.bus.context import Cause
from shared.contracts.base import Payload
from shared.db.base import new_id

MAX_EVENT_BYTES = 900_000
"""Below Kafka's usual message limit (1 MiB) with room for headers: refused here, while it can still be refused."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be sent: the aggregate's id and version, and what happened to it.

    `key` decides the partition (default: the aggregate). `cause` is what set it off (default: the current
    request). `topic` overrides the contract's own. `also` are divisions beside its own that the event concerns, such
    as the one that its subject has left: the pull feed shows them what the contract's `narrow` leaves of it.
    """

    subject: UUID
    sequence: int
    data: Payload
    division: str | None
    time: datetime
    key: UUID | None = None
    cause: Cause | None = None
    topic: str | None = None
    also: frozenset[str] = frozenset()


class EventTooLarge(ValueError):  # noqa: N818
    """The payload would not fit in a Kafka message."""


EVENT_COLUMNS = (
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
    ("data", "jsonb"),
    ("also_divisions", "text"),
)
"""Name and PostgreSQL type of what `to_row` gives, in its order."""


def to_row(event: NewEvent, ambient: Cause) -> tuple[object, ...]:
    """The values of EVENT_COLUMNS; `ambient` is the cause of an event that names none. Raises EventTooLarge."""
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
        ",".join(sorted(event.also - {event.division})) or None,
    )
