"""Delivered messages as the consumer takes them: events to handle, or messages that cannot be read."""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import ValidationError

from shared.bus.envelope import Delivered, Envelope, MalformedEvent, decode
from shared.bus.handlers import Handlers, Received
from shared.contracts.catalog import CATALOG
from shared.telemetry.error_text import describe_mismatch


@dataclass(frozen=True, slots=True)
class Item:
    """One delivered message: an event, or (reason, detail) of why it cannot be read."""

    delivered: Delivered
    event_id: UUID
    event: Received[Any] | None
    envelope: Envelope | None
    poison: tuple[str, str] | None = None


def read_item(delivered: Delivered, handlers: Handlers) -> Item | None:
    """A message as an item; None for a known event that this service has no use for."""
    message = delivered.message
    event_type = message.headers.get("ce_type", b"").decode("ascii", "replace")
    if event_type in CATALOG and handlers.of(event_type) is None:
        return None
    try:
        envelope = decode(message)
    except MalformedEvent as error:
        # It has no id of its own: its place in the log identifies it.
        place = uuid5(NAMESPACE_URL, f"{message.topic}/{delivered.partition}/{delivered.offset}")
        return Item(delivered, place, None, None, ("malformed_event", str(error)))
    payload = CATALOG.get(envelope.type)
    if payload is None:
        return Item(delivered, envelope.id, None, envelope, ("unknown_type", envelope.type))
    try:
        data = payload.model_validate_json(message.value)
    except ValidationError as error:
        poison = ("payload_does_not_match_contract", describe_mismatch(error))
        return Item(delivered, envelope.id, None, envelope, poison)
    return Item(delivered, envelope.id, Received(envelope, data), envelope)
