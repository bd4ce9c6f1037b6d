"""What a service does with which event."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.bus.context import Cause
from shared.bus.envelope import Envelope
from shared.contracts.base import Payload
from shared.db.session import Transaction

T_co = TypeVar("T_co", bound=Payload, covariant=True)


@dataclass(frozen=True, slots=True)
class Received(Generic[T_co]):
    """An event with its payload, as a handler gets it."""

    envelope: Envelope
    data: T_co
    traceparent: str | None = None
    """The span that handles it while spans are recorded; otherwise its sender's is passed on."""

    @property
    def cause(self) -> Cause:
        """What an event caused by this one names as its cause."""
        return Cause(
            correlation_id=self.envelope.correlation_id,
            causation_id=str(self.envelope.id),
            traceparent=self.traceparent or self.envelope.traceparent,
        )


Handler = Callable[[Transaction, Sequence[Received[Any]]], Awaitable[object]]
"""Takes a list: several events of its types, in their order, in one transaction that it does not commit."""


class Handlers:
    """The table of a service's `consumers.py`: payload class to handler, and the topics of these classes."""

    def __init__(self, table: Mapping[type[Payload], Handler]) -> None:
        self._by_type = {payload.TYPE: handler for payload, handler in table.items()}
        self.topics = tuple(sorted({payload.TOPIC for payload in table}))
        self.types = frozenset(self._by_type)

    def of(self, event_type: str) -> Handler | None:
        """The handler of a type, or None where the service has no use for it."""
        return self._by_type.get(event_type)

    def runs(self, events: Iterable[Received[Any]]) -> Iterator[tuple[Handler, list[Received[Any]]]]:
        """Consecutive events of one handler, as lists; the order between lists is the order of arrival."""
        handler: Handler | None = None
        run: list[Received[Any]] = []
        for event in events:
            found = self._by_type[event.envelope.type]
            if found is not handler and handler is not None:
                yield handler, run
                run = []
            handler = found
            run.append(event)
        if handler is not None:
            yield handler, run


def handler_name(handler: Handler | None) -> str | None:
    """The name that a dead letter and a metric show: of the function that decides, not of what is wrapped around it."""
    if handler is None:
        return None
    named: Any = handler
    # A partial has its policies bound, and `functools.wraps` notes what it stands around.
    while inner := getattr(named, "__wrapped__", None) or getattr(named, "func", None):
        named = inner
    return f"{named.__module__}.{named.__qualname__}"
