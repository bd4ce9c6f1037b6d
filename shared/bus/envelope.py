"""The envelope: CloudEvents 1.0, Kafka binding in binary mode (`ce_*` headers, JSON value)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent


@dataclass(frozen=True, slots=True)
class Message:
    """What travels on a topic. Order is kept among messages of one key."""

    topic: str
    key: bytes
    headers: Mapping[str, bytes]
    value: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message as a subscription yields it, with its place in the log."""

    message: Message
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one event.

    `subject` is the aggregate's id and `sequence` its version (from 1; a version that publishes nothing leaves its
    number out); `key` decides the partition.
    `correlation_id` is shared by everything that one request caused, `causation_id` names the event (or request)
    just before this one.
    """

    id: UUID
    type: str
    source: str
    subject: str
    sequence: int
    time: datetime
    key: str
    division: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None


MAX_ATTRIBUTE = 1000
"""Characters. Attributes are copied to the events that an event causes: they must fit there as well."""


class MalformedEvent(Exception):  # noqa: N818 - the fact is the name
    """The message is not an event of ours: its envelope cannot be read."""


class _Verbatim(JSONFormat):
    """The payload is JSON text already (from the outbox, to the contract's parser): pass it on."""

    def write_data(self, data: dict[str, Any] | str | bytes | None, datacontenttype: str | None) -> bytes:  # noqa: ARG002
        return data if isinstance(data, bytes) else str(data).encode()

    def read_data(self, body: bytes, datacontenttype: str | None) -> bytes:  # noqa: ARG002
        return body


_FORMAT = _Verbatim()
_OWN_HEADERS = ("ce_", "content-type")
_OPTIONAL = (
    ("division", "division"),
    ("correlationid", "correlation_id"),
    ("causationid", "causation_id"),
    ("traceparent", "traceparent"),
)


def encode(topic: str, envelope: Envelope, value: bytes) -> Message:
    """An event as a message."""
    attributes: dict[str, Any] = {
        "id": str(envelope.id),
        "type": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "time": envelope.time,
        "datacontenttype": "application/json",
        "sequence": str(envelope.sequence),
    }
    for name, field in _OPTIONAL:
        found = getattr(envelope, field)
        if found is not None:
            attributes[name] = found
    key = envelope.key.encode()
    message = to_binary(CloudEvent(attributes, value), _FORMAT, lambda _: key)
    return Message(topic, key, message.headers, message.value)


def decode(message: Message) -> Envelope:
    """The envelope of a message; the payload stays text until its contract is known.

    Raises MalformedEvent when an attribute is missing or unreadable, or is no text that can be kept.
    """
    try:
        # Other headers (those that an agent adds, for example) are not ours to read.
        own = {name: value for name, value in message.headers.items() if name.lower().startswith(_OWN_HEADERS)}
        event = from_binary(KafkaMessage(own, None, message.value), _FORMAT, CloudEvent)
        found = event.get_attributes()
        for name, value in found.items():
            # CloudEvents allows no control characters, and PostgreSQL stores no NUL.
            if isinstance(value, str) and ("\0" in value or len(value) > MAX_ATTRIBUTE):
                raise ValueError(f"{name} of {len(value)} characters, or with NUL")
        return Envelope(
            id=UUID(found["id"]),
            type=found["type"],
            source=found["source"],
            subject=found["subject"],
            sequence=int(found["sequence"]),
            time=found["time"],
            key=message.key.decode(),
            division=found.get("division"),
            correlation_id=found.get("correlationid"),
            causation_id=found.get("causationid"),
            traceparent=found.get("traceparent"),
        )
    except (CloudEventValidationError, KeyError, ValueError, TypeError) as error:
        raise MalformedEvent(f"{type(error).__name__}: {error}") from error
