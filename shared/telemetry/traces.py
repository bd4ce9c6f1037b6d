"""Traces: W3C trace context is always propagated, spans are recorded where a collector is configured.

Spans are exported by OTLP over HTTP once OTEL_EXPORTER_OTLP_ENDPOINT (or …_TRACES_ENDPOINT) is set; the standard
OTEL_* variables configure the rest (sampling, headers, batching). Without it no span is created and no SDK is loaded:
a caller's trace is passed on unchanged, and a request without one begins a new one.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    Span,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

_PROPAGATOR = TraceContextTextMapPropagator()
_HEADER = "traceparent"
_LENGTH = 55
"""Characters of a `traceparent` in version 00's form."""
_MOST_LINKS = 128
"""The SDK's limit (OTEL_SPAN_LINK_COUNT_LIMIT)."""


def read_traceparent(text: str | None) -> str | None:
    """A `traceparent` in version 00's form, or None where it is missing or malformed."""
    if not text:
        return None
    span = get_current_span(_extract(text))
    if not span.get_span_context().is_valid:
        return None
    # Most come in this form; to write it again would cost as much as half the reading.
    return text if len(text) == _LENGTH and text.startswith("00-") else traceparent_of(span)


def new_traceparent() -> str:
    """A new trace. Not sampled: nothing records its first span.

    Written without the propagator, which takes 4 µs more: every request that brings no trace comes this way.
    """
    found = os.urandom(24).hex()
    return f"00-{found[:32]}-{found[32:]}-00"


def trace_id_of(traceparent: str) -> str:
    """The trace's id, 32 hexadecimal digits, of what `read_traceparent` or `new_traceparent` gave."""
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
    """Record spans from now on: for the environment's collector, or for `processor`; returns whether there is one."""
    if processor is None and _wanted():
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        # Sends from its own thread: a collector that is unavailable costs dropped spans, never a request.
        processor = BatchSpanProcessor(OTLPSpanExporter())
    _SPANS.reset(processor)
    return processor is not None


def stop_tracing() -> None:
    """Flush, and record no more spans. In a process that just ends the SDK flushes by itself."""
    if _SPANS.processor is not None:
        _SPANS.processor.shutdown()
    _SPANS.reset(None)


def _wanted() -> bool:
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(os.environ.get(name) for name in names)


def tracing() -> bool:
    """Whether spans are recorded."""
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
    """A span under a `traceparent`, linked with others. Only while `tracing()`.

    Without a parent, or with one that cannot be read, it begins a trace of its own.
    """
    linked = [get_current_span(_extract(link)).get_span_context() for link in links[:_MOST_LINKS]]
    return _SPANS.tracer(service).start_span(
        name,
        # An empty context, not the current one: nothing here depends on what a library may have put there.
        context=_extract(parent) if parent is not None else Context(),
        kind=kind,
        links=[Link(context) for context in linked if context.is_valid],
        attributes=attributes,
    )


def end_span(span: Span, error: str | None = None) -> None:
    """End a span; `error` names the failure (a status, a type: no text that may quote data)."""
    if error is not None:
        span.set_attribute("error.type", error)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def traceparent_of(span: Span) -> str:
    """A span as the parent of what follows."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, set_span_in_context(span, Context()))
    return carrier[_HEADER]


def _extract(traceparent: str) -> Context:
    """A context with the span that a `traceparent` names; an empty one where it is malformed."""
    return _PROPAGATOR.extract({_HEADER: traceparent}, Context())
