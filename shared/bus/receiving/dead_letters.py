"""Events that could not take effect: put aside with everything needed to try again, never lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy import text

from shared.bus.context import Cause
from shared.bus.envelope import MAX_ATTRIBUTE, Delivered, Envelope, MalformedEvent, Message, decode
from shared.bus.handlers import Handlers, Received
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Payload
from shared.contracts.catalog import CATALOG, dead_letter_topic
from shared.db.base import new_id, utc_now
from shared.db.errors import is_transient
from shared.db.session import Transaction
from shared.telemetry.metrics import DEAD_LETTERS

ANNOUNCED_HEADERS = 50
"""The row has all of them, whole. An announcement must always fit, or the partition would stand still."""


class DeadLetterRecorded(Payload):
    """Announced on `<service>.dead-letters`: where the event lies and why, not what is in it."""

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


_LOCK_OPEN = text(
    "SELECT id, topic, key, headers, value FROM dead_letters WHERE state = 'open' "
    "AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[]))) "
    "AND (CAST(:reason AS text) IS NULL OR reason = :reason) AND (CAST(:type AS text) IS NULL OR type = :type) "
    "ORDER BY recorded_at, id FOR UPDATE"
)
_RECORD = text(
    'INSERT INTO dead_letters (id, consumer, event_id, type, topic, partition, "offset", key, headers, value, '
    "reason, detail, handler, attempts, division, recorded_at) VALUES (:id, :consumer, :event_id, :type, :topic, "
    ":partition, :offset, :key, CAST(:headers AS jsonb), :value, :reason, :detail, :handler, :attempts, :division, "
    ":recorded_at)"
)


def readable_headers(message: Message) -> dict[str, str]:
    """Headers as text, whatever bytes they hold."""
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
    """Put an event aside, and announce it through the outbox, in the transaction that claims it."""
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
    """The newest dead letters, without their payloads; each has the number of all in `total`."""
    return await tx.rows(
        text(
            'SELECT id, consumer, event_id, type, topic, partition, "offset", key, reason, detail, handler, attempts, '
            "division, state, recorded_at, settled_at, count(*) OVER () AS total FROM dead_letters "
            "WHERE CAST(:state AS text) IS NULL OR state = :state ORDER BY recorded_at DESC LIMIT :limit"
        ),
        {"state": state, "limit": limit},
    )


async def get_letter(tx: Transaction, letter_id: UUID) -> Any:
    """One dead letter with everything. Raises DeadLetterNotOpen when it is not there."""
    found = await tx.row(text("SELECT * FROM dead_letters WHERE id = :id"), {"id": letter_id})
    if found is None:
        raise DeadLetterNotOpen(f"no dead letter {letter_id}")
    return found


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open dead letters are meant: these, or all of a reason and of a type (None: of any)."""

    ids: Sequence[UUID] | None = None
    reason: str | None = None
    type: str | None = None


@dataclass(slots=True)
class Settled:
    """What became of a selection: the letters settled, and those that stay open, each with its error."""

    done: list[UUID] = field(default_factory=list)
    failed: dict[UUID, str] = field(default_factory=dict)


async def retry(tx: Transaction, letter_id: UUID, handlers: Handlers) -> None:
    """Run one letter's handler again, in this transaction.

    Raises DeadLetterNotOpen, or whatever the handler or the contract raises (then nothing changes).
    """
    [row] = await _lock_open(tx, Selection([letter_id]))
    event = _read(row, handlers)
    for handler, run in handlers.runs([event]):
        await handler(tx, run)
    await _settle(tx, [letter_id], "retried")


async def retry_many(tx: Transaction, selection: Selection, handlers: Handlers) -> Settled:
    """Run the handlers again, in this transaction and in the order of recording; locks and states make it once.

    A letter whose handler fails stays open and holds up no other: a set that fails is halved, as the consumer does.
    Raises DeadLetterNotOpen where an id that was asked for is not open, and what passes by itself (the database is
    away): then nothing changes.
    """
    settled = Settled()
    events: list[tuple[UUID, Received[Any]]] = []
    for row in await _lock_open(tx, selection):
        try:
            events.append((row.id, _read(row, handlers)))
        except (MalformedEvent, LookupError, ValidationError) as error:
            settled.failed[row.id] = _told(error)
    await _retry_or_split(tx, events, handlers, settled)
    await _settle(tx, settled.done, "retried")
    return settled


async def discard(tx: Transaction, letter_id: UUID) -> None:
    """Give one event up. Raises DeadLetterNotOpen."""
    await discard_many(tx, Selection([letter_id]))


async def discard_many(tx: Transaction, selection: Selection) -> Settled:
    """Give events up. Raises DeadLetterNotOpen where an id that was asked for is not open."""
    settled = Settled([row.id for row in await _lock_open(tx, selection)])
    await _settle(tx, settled.done, "discarded")
    return settled


async def _retry_or_split(
    tx: Transaction, events: Sequence[tuple[UUID, Received[Any]]], handlers: Handlers, settled: Settled
) -> None:
    if not events:
        return
    try:
        async with tx.savepoint():
            for handler, run in handlers.runs(event for _, event in events):
                await handler(tx, run)
    except Exception as error:
        if is_transient(error):
            raise
        if len(events) == 1:
            settled.failed[events[0][0]] = _told(error)
            return
        middle = len(events) // 2
        await _retry_or_split(tx, events[:middle], handlers, settled)
        await _retry_or_split(tx, events[middle:], handlers, settled)
    else:
        settled.done += [letter_id for letter_id, _ in events]


def _read(row: Any, handlers: Handlers) -> Received[Any]:
    headers = {name: value.encode() for name, value in row.headers.items()}
    envelope = decode(Message(row.topic, row.key.encode(), headers, bytes(row.value)))
    payload = CATALOG.get(envelope.type)
    if payload is None or handlers.of(envelope.type) is None:
        raise LookupError(f"no handler for {envelope.type} here")
    return Received(envelope, payload.model_validate_json(bytes(row.value)))


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        # Where and what, not the values: a payload does not belong in a message.
        return "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors())
    return f"{type(error).__name__}: {error}"


async def _lock_open(tx: Transaction, selection: Selection) -> Sequence[Any]:
    ids = None if selection.ids is None else sorted(set(selection.ids))
    rows = await tx.rows(_LOCK_OPEN, {"ids": ids, "reason": selection.reason, "type": selection.type})
    if ids is not None and len(rows) < len(ids):
        missing = sorted(set(ids) - {row.id for row in rows})
        raise DeadLetterNotOpen(f"no open dead letter {', '.join(map(str, missing))}")
    return rows


async def _settle(tx: Transaction, ids: Sequence[UUID], state: str) -> None:
    await tx.execute(
        text("UPDATE dead_letters SET state = :state, settled_at = now() WHERE id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(ids), "state": state},
    )
