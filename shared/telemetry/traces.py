"""Traces: W3C trace context that always travels, and spans where a collector is named.

Spans are exported by OTLP over HTTP once OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) is set; the standard
OTEL_* variables say the rest (sampling, headers, batching). Without it no span is made and no SDK is loaded: a
caller's trace is passed on as it came, and a request without one begins a new one.
"""

import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)
from opentelemetry.util.types import AttributeValue

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

_IDS = r"-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}"
_TRACEPARENT = re.compile(rf"00{_IDS}|(?!00|ff)[0-9a-f]{{2}}{_IDS}(?:-.*)?")
_LENGTH = 55
_MOST_LINKS = 128
"""The SDK drops further ones (OTEL_SPAN_LINK_COUNT_LIMIT)."""


def read_traceparent(text: str | None) -> str | None:
    """A `traceparent` in version 00's form, or None where it is missing or malformed."""
    if not text or _TRACEPARENT.fullmatch(text) is None:
        return None
    return f"00{text[2:_LENGTH]}"


def new_traceparent() -> str:
    """A new trace. Not sampled: nothing records its first span."""
    found = os.urandom(24).hex()
    return f"00-{found[:32]}-{found[32:]}-00"


def trace_id_of(traceparent: str) -> str:
    """The trace's id, 32 hexadecimal digits."""
    return traceparent[3:35]


class _Spans:
    """The process's span processor, and a tracer for each service in it."""

    processor: "SpanProcessor | None" = None

    def __init__(self) -> None:
        self._tracers: dict[str, Tracer] = {}

    def tracer(self, service: str) -> Tracer:
        if service not in self._tracers:
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider

            assert self.processor is not None
            names = {"service.name": service, "service.namespace": "shuangfu"}
            provider = TracerProvider(resource=Resource.create(names))
            provider.add_span_processor(self.processor)
            self._tracers[service] = provider.get_tracer("shuangfu")
        return self._tracers[service]

    def reset(self, processor: "SpanProcessor | None") -> None:
        self.processor = processor
        self._tracers = {}


_SPANS = _Spans()


def configure_tracing(processor: "SpanProcessor | None" = None) -> bool:
    """Make spans from now on where the environment names a collector (or into `processor`); whether it does."""
    if processor is None and _wanted():
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # Sends from a thread of its own; a collector that is away costs dropped spans, never a request.
        processor = BatchSpanProcessor(OTLPSpanExporter())
    _SPANS.reset(processor)
    return processor is not None


def stop_tracing() -> None:
    """Send what is still to be sent, and make no more spans. A process that just ends has it done by the SDK."""
    if _SPANS.processor is not None:
        _SPANS.processor.shutdown()
    _SPANS.reset(None)


def _wanted() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(os.environ.get(name) for name in names)


def tracing() -> bool:
    """Whether spans are made."""
    return _SPANS.processor is not None


def start_span(
    service: str,
    name: str,
    kind: SpanKind,
    *,
    parent: str | None,
    links: Sequence[str] = (),
    attributes: Mapping[str, AttributeValue] | None = None,
) -> Span:
    """A span under a `traceparent` (a trace of its own without one), linked with others. Only while `tracing()`."""
    context = set_span_in_context(NonRecordingSpan(_context_of(parent))) if parent is not None else None
    return _SPANS.tracer(
        service
    ).start_span(
        name,
        # An empty context, not the current one: nothing here depends on what some library left there.
        context=context if context is not None else {},  # type: ignore[arg-type]
        kind=kind,
        links=[Link(_context_of(link)) for link in links[:_MOST_LINKS]],
        attributes=attributes,
    )


def end_span(span: Span, error: str | None = None) -> None:
    """End a span; `error` names what went wrong (a status, a type: no text that may quote data)."""
    if error is not None:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def traceparent_of(span: Span) -> str:
    """A span as the parent of what follows."""
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _context_of(traceparent: str) -> SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
