"""Runs one handler with one list of events: duration, log fields, spans."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import structlog
from opentelemetry.trace import Span, SpanKind

from shared.bus.handlers import Handler, Received, handler_name
from shared.db.session import Transaction
from shared.telemetry.context import log_fields
from shared.telemetry.metrics import HANDLER_FAILURES, HANDLER_SECONDS
from shared.telemetry.traces import end_span, start_span, trace_id_of, traceparent_of, tracing

log = structlog.get_logger(__name__)
_NAMED = 5
"""Most ids in a log line: the first ones and the last."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What one handler did with one list, to be logged once its transaction is committed."""

    consumer: str
    handler: str
    count: int
    seconds: float
    fields: dict[str, object]

    def log(self) -> None:
        """Write the list's log line."""
        duration_ms = round(self.seconds * 1000, 2)
        names = {"consumer": self.consumer, "handler": self.handler, "count": self.count}
        log.info("events_handled", **names, duration_ms=duration_ms, **self.fields)


async def handle_events(tx: Transaction, consumer: str, handler: Handler, events: Sequence[Received[Any]]) -> Handled:
    """Call the handler; what it raises is counted and raised again."""
    name = handler_name(handler) or ""
    fields = _fields_of(events)
    token = log_fields.set(fields)
    started = perf_counter()
    try:
        with _spans(consumer, name, events) as traced:
            await handler(tx, traced)
    except Exception:
        HANDLER_FAILURES.labels(consumer, name).inc()
        raise
    finally:
        seconds = perf_counter() - started
        HANDLER_SECONDS.labels(consumer, name).observe(seconds)
        log_fields.reset(token)
    return Handled(consumer, name, len(events), seconds, fields)


def _fields_of(events: Sequence[Received[Any]]) -> dict[str, object]:
    envelopes = [event.envelope for event in events]
    return {
        "event_ids": _few(str(envelope.id) for envelope in envelopes),
        "correlation_ids": _few(e.correlation_id for e in envelopes if e.correlation_id),
        "trace_ids": _few(trace_id_of(e.traceparent) for e in envelopes if e.traceparent),
    }


def _few(values: Iterable[str]) -> list[str]:
    distinct = list(dict.fromkeys(values))
    return distinct if len(distinct) <= _NAMED else [*distinct[: _NAMED - 1], distinct[-1]]


@contextmanager
def _spans(consumer: str, handler: str, events: Sequence[Received[Any]]) -> Iterator[Sequence[Received[Any]]]:
    """A span for each event, in the trace that caused it; a list has one more, linked with all of them.

    What the handler emits has the span of its own event as parent, so traces do not mix in a list.
    """
    if not tracing():
        yield events
        return
    spans: list[Span] = []
    batch: Span | None = None
    if len(events) > 1:
        links = [event.envelope.traceparent for event in events if event.envelope.traceparent]
        count = {"messaging.batch.message_count": len(events)}
        batch = start_span(
            consumer, f"process list {handler}", SpanKind.CONSUMER, parent=None, links=links, attributes=count
        )
    batch_links = [traceparent_of(batch)] if batch is not None else []
    for event in events:
        envelope = event.envelope
        attributes = {
            "messaging.message.id": str(envelope.id),
            "shuangfu.event.type": envelope.type,
            "shuangfu.handler": handler,
            "shuangfu.correlation_id": envelope.correlation_id or "",
        }
        spans.append(
            start_span(
                consumer,
                f"process {envelope.type}",
                SpanKind.CONSUMER,
                parent=envelope.traceparent,
                links=batch_links,
                attributes=attributes,
            )
        )
    error: str | None = None
    try:
        yield [replace(event, traceparent=traceparent_of(span)) for event, span in zip(events, spans, strict=True)]
    except BaseException as failure:
        error = type(failure).__name__
        raise
    finally:
        for span in (*spans, *([batch] if batch is not None else [])):
            end_span(span, error)
