"""Dead letters: events that could not take effect, recorded with everything needed to retry them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

import orjson
from sqlalchemy import text

from shared.bus.context import Cause
from shared.bus.envelope import MAX_ATTRIBUTE, Delivered, Envelope, Message
from shared.bus.handlers import Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Payload
from shared.contracts.catalog import dead_letter_topic
from shared.db.base import new_id, utc_now
from shared.db.session import Record, Transaction
from shared.telemetry.metrics import DEAD_LETTERS

ANNOUNCED_HEADERS = 50
"""The row has all of them in full. An announcement must always fit, or the partition would be stuck."""


class DeadLetterRecorded(Payload):
    """Announced on `<service>.dead-letters`: which event was dead-lettered and why, without its payload."""

    TYPE: ClassVar[str] = "shuangfu.bus.dead_letter.recorded.v1"
    TOPIC: ClassVar[str] = "dead-letters"

    id: UUID
    consumer: str
    event_id: UUID
    type: str | None
    reason: str
    handler: str | None
    attempts: int
    recorded_at: datetime
    headers: dict[str, str]


class DeadLetterNotOpen(Exception):  # noqa: N818
    """There is no dead letter with this id, or it was retried or discarded before."""


_RECORD = text(
    'INSERT INTO dead_letters (id, consumer, event_id, type, topic, partition, "offset", key, headers, value, '
    "reason, detail, handler, attempts, division, recorded_at) VALUES (:id, :consumer, :event_id, :type, :topic, "
    ":partition, :offset, :key, CAST(:headers AS jsonb), :value, :reason, :detail, :handler, :attempts, :division, "
    ":recorded_at)"
)


def readable_headers(message: Message) -> dict[str, str]:
    """Headers as text; bytes that are not UTF-8 are escaped."""
    return {
        name: value.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
        for name, value in message.headers.items()
    }


async def record(
    tx: Transaction,
    consumer: str,
    delivered: Delivered,
    event_id: UUID,
    *,
    envelope: Envelope | None,
    reason: str,
    detail: str,
    handler: str | None,
    attempts: int,
) -> UUID:
    """Dead-letter an event and announce it, in the transaction that claims it; returns the letter's id."""
    letter_id, now = new_id(), utc_now()
    message = delivered.message
    headers = readable_headers(message)
    event_type = envelope.type if envelope else headers.get("ce_type")
    await tx.execute(
        _RECORD,
        {
            "id": letter_id,
            "consumer": consumer,
            "event_id": event_id,
            "type": event_type,
            "topic": message.topic,
            "partition": delivered.partition,
            "offset": delivered.offset,
            "key": message.key.decode("utf-8", "backslashreplace").replace("\0", "\\x00"),
            "headers": orjson.dumps(headers).decode(),
            "value": message.value,
            "reason": reason,
            "detail": detail[:2000].replace("\0", "\\x00"),
            "handler": handler,
            "attempts": attempts,
            "division": envelope.division if envelope else None,
            "recorded_at": now,
        },
    )
    announcement = DeadLetterRecorded(
        id=letter_id,
        consumer=consumer,
        event_id=event_id,
        type=event_type and event_type[:MAX_ATTRIBUTE],
        reason=reason,
        handler=handler,
        attempts=attempts,
        recorded_at=now,
        headers={name[:100]: value[:MAX_ATTRIBUTE] for name, value in islice(headers.items(), ANNOUNCED_HEADERS)},
    )
    cause = Received(envelope, announcement).cause if envelope else Cause(causation_id=str(event_id))
    division = envelope.division if envelope else None
    topic = dead_letter_topic(consumer)
    await emit(tx, [NewEvent(letter_id, 1, announcement, division, now, cause=cause, topic=topic)])
    DEAD_LETTERS.labels(consumer, reason).inc()
    return letter_id


async def list_letters(tx: Transaction, *, state: str | None = "open", limit: int = 100) -> Sequence[Any]:
    """The newest dead letters, without payloads; each row has the number of all such letters in `total`."""
    return await tx.rows(
        text(
            'SELECT id, consumer, event_id, type, topic, partition, "offset", key, reason, detail, handler, attempts, '
            "division, state, recorded_at, settled_at, count(*) OVER () AS total FROM dead_letters "
            "WHERE CAST(:state AS text) IS NULL OR state = :state ORDER BY recorded_at DESC LIMIT :limit"
        ),
        {"state": state, "limit": limit},
    )


_PAGE = text(
    'SELECT id, event_id, type, topic, partition, "offset", key, reason, detail, handler, attempts, division, state, '
    "recorded_at, settled_at FROM dead_letters "
    "WHERE (CAST(:state AS text) IS NULL OR state = :state) AND (CAST(:reason AS text) IS NULL OR reason = :reason) "
    "AND (CAST(:type AS text) IS NULL OR type = :type) "
    "AND (division IS NULL OR division LIKE ANY(CAST(:patterns AS text[]))) "
    "AND (CAST(:at AS timestamptz) IS NULL OR (recorded_at, id) < (:at, CAST(:id AS uuid))) "
    "ORDER BY recorded_at DESC, id DESC LIMIT :limit"
)


async def page_letters(
    tx: Transaction,
    *,
    state: str | None,
    reason: str | None,
    event_type: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Record]:
    """At most `limit` + 1 letters of the caller's divisions and those of no division, the newest first; no payloads."""
    at, last = after or (None, None)
    asked = {"state": state, "reason": reason, "type": event_type, "at": at, "id": last, "limit": limit + 1}
    async with tx.system_scope():
        return await tx.records(_PAGE, {**asked, "patterns": tx.access.patterns().split(",")})


async def count_seen(tx: Transaction, ids: Sequence[UUID]) -> int:
    """How many of these letters are of the caller's divisions or of none, open or settled."""
    statement = text(
        "SELECT count(*) FROM dead_letters WHERE id = ANY(CAST(:ids AS uuid[])) "
        "AND (division IS NULL OR division LIKE ANY(CAST(:patterns AS text[])))"
    )
    async with tx.system_scope():
        found: int = await tx.scalar(statement, {"ids": list(ids), "patterns": tx.access.patterns().split(",")})
    return found


async def get_letter(tx: Transaction, letter_id: UUID) -> Any:
    """One dead letter with its payload. Raises DeadLetterNotOpen where there is none of this id."""
    found = await tx.row(text("SELECT * FROM dead_letters WHERE id = :id"), {"id": letter_id})
    if found is None:
        raise DeadLetterNotOpen(f"no dead letter {letter_id}")
    return found
