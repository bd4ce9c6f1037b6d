"""Settles open dead letters: their handlers run again, or they are discarded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text

from shared.bus.envelope import MalformedEvent, Message, decode
from shared.bus.handlers import Handlers, Received
from shared.bus.receiving.dead_letters import DeadLetterNotOpen
from shared.contracts.catalog import CATALOG
from shared.db.errors import is_transient
from shared.db.session import Transaction
from shared.telemetry.error_text import describe_mismatch

_LOCK_OPEN = text(
    "SELECT id, topic, key, headers, value FROM dead_letters WHERE state = 'open' "
    "AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[]))) "
    "AND (CAST(:reason AS text) IS NULL OR reason = :reason) AND (CAST(:type AS text) IS NULL OR type = :type) "
    "ORDER BY recorded_at, id FOR UPDATE"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open dead letters: those of `ids`, or all of a reason and of a type (None: any)."""

    ids: Sequence[UUID] | None = None
    reason: str | None = None
    type: str | None = None


@dataclass(slots=True)
class Settled:
    """The outcome of a selection: the letters settled, and those that stay open, each with its error."""

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
    """Run the handlers again, in this transaction and in the order of recording; locks and states make it happen once.

    A letter whose handler fails stays open and delays no other: a set that fails is halved, as by the consumer.
    Raises DeadLetterNotOpen where one of the given ids is not open, and transient errors (the database is
    unavailable): then nothing changes.
    """
    settled = Settled()
    events: list[tuple[UUID, Received[Any]]] = []
    for row in await _lock_open(tx, selection):
        try:
            events.append((row.id, _read(row, handlers)))
        except (MalformedEvent, LookupError, ValidationError) as error:
            settled.failed[row.id] = _describe(error)
    await _retry_or_split(tx, events, handlers, settled)
    await _settle(tx, settled.done, "retried")
    return settled


async def discard(tx: Transaction, letter_id: UUID) -> None:
    """Discard one letter. Raises DeadLetterNotOpen."""
    await discard_many(tx, Selection([letter_id]))


async def discard_many(tx: Transaction, selection: Selection) -> Settled:
    """Discard letters. Raises DeadLetterNotOpen where one of the given ids is not open."""
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
            settled.failed[events[0][0]] = _describe(error)
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


def _describe(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return describe_mismatch(error)
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
