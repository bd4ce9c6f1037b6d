"""The outbox: an event is a row beside the data that it is about, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import text

from shared.bus.context import current_cause
from shared.bus.sending.fast_path import emit_one
from shared.bus.sending.outbox_rows import EVENT_COLUMNS, MAX_EVENT_BYTES, EventTooLarge, NewEvent, to_row
from shared.db.session import Transaction
from shared.db.wake import OUTBOX_CHANNEL

__all__ = ["MAX_EVENT_BYTES", "EventTooLarge", "NewEvent", "emit"]

_COLUMNS = ", ".join(name for name, _ in EVENT_COLUMNS)
# A list of payloads travels as text: jsonb has no array that the driver knows.
_ARRAYS = ", ".join(f"CAST(:{name} AS {'text' if kind == 'jsonb' else kind}[])" for name, kind in EVENT_COLUMNS)
_PICKS = ", ".join(f"CAST({name} AS jsonb)" if kind == "jsonb" else name for name, kind in EVENT_COLUMNS)
_INSERT = text(f"INSERT INTO outbox ({_COLUMNS}) SELECT {_PICKS} FROM unnest({_ARRAYS}) AS u({_COLUMNS})")  # noqa: S608 - fixed names


async def emit(tx: Transaction, events: Sequence[NewEvent]) -> None:
    """Add events to the transaction: they are published if and only if it commits, in the order given.

    The caller holds the lock of (or has just created) each aggregate and has raised its version.
    Raises EventTooLarge.
    """
    if not events:
        return
    if len(events) == 1:
        await emit_one(tx, events[0])
        return
    ambient = current_cause.get()
    columns = zip(*(to_row(event, ambient) for event in events), strict=True)
    await tx.execute(_INSERT, {name: list(values) for (name, _), values in zip(EVENT_COLUMNS, columns, strict=True)})
    tx.channels.add(OUTBOX_CHANNEL)
