"""Request context: request id and trace of everything that a request causes; one log line and one measurement each.

One middleware for all of it: each further one costs every request a function call and a wrapped `send`.
"""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from opentelemetry.trace import Span, SpanKind
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.bus.context import Cause, current_cause
from shared.db.base import new_id
from shared.problems.language import current_language, negotiate
from shared.telemetry.context import log_fields
from shared.telemetry.fast_path import log_request
from shared.telemetry.metrics import REQUEST_SECONDS
from shared.telemetry.traces import (
    end_span,
    new_traceparent,
    read_traceparent,
    start_span,
    trace_id_of,
    traceparent_of,
    tracing,
)

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Polled by machines every few seconds: neither logged nor measured."""
UNMATCHED = "(unmatched)"
"""The label of every path that matches no route."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_SERVER_ERROR = 500


class RequestContext:
    """Sets the cause of events and the fields of log lines, returns X-Request-Id, logs and measures the request."""

    def __init__(self, app: ASGIApp, service: str, templates: Mapping[int, str]) -> None:
        """`templates`: the path template of each route, by the route's `id`."""
        self._app = app
        self._service = service
        self._templates = templates
        self._measures: dict[tuple[str, str, int], Histogram] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        quiet = scope["path"].removeprefix(scope.get("root_path", "")) in PROBES
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else str(new_id())
        parent = read_traceparent(headers.get("traceparent"))
        span = self._start_span(scope["method"], parent, request_id) if tracing() and not quiet else None
        traceparent = traceparent_of(span) if span is not None else parent or new_traceparent()
        cause = current_cause.set(Cause(request_id, request_id, traceparent))
        language = current_language.set(negotiate(headers.get("accept-language")))
        trace_id = trace_id_of(traceparent)
        names = {"request_id": request_id, "correlation_id": request_id, "trace_id": trace_id}
        fields = log_fields.set(names)
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["log_fields"] = names  # for the handler of plain exceptions, which runs outside this middleware
        # An exception that passes through here is answered further out, with 500.
        status = _SERVER_ERROR

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                nonlocal status
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except BaseException:
            status = _SERVER_ERROR
            raise
        finally:
            if not quiet:
                self._account(scope, status, perf_counter() - started, span)
            log_fields.reset(fields)
            current_language.reset(language)
            current_cause.reset(cause)

    def _start_span(self, method: str, parent: str | None, request_id: str) -> Span:
        # No path, query or address: codes and names do not belong in a span.
        attributes = {"http.request.method": method, "shuangfu.correlation_id": request_id}
        return start_span(self._service, method, SpanKind.SERVER, parent=parent, attributes=attributes)

    def _account(self, scope: Scope, status: int, seconds: float, span: Span | None) -> None:
        route = self._templates.get(id(scope.get("route")), UNMATCHED)
        method: str = scope["method"] if scope["method"] in _METHODS else "OTHER"
        key = method, route, status // 100
        measure = self._measures.get(key)
        if measure is None:
            measure = REQUEST_SECONDS.labels(self._service, method, route, f"{status // 100}xx")
            self._measures[key] = measure
        measure.observe(seconds)
        duration_ms = round(seconds * 1000, 2)
        log_request(service=self._service, method=method, route=route, status=status, duration_ms=duration_ms)
        if span is not None:
            span.update_name(f"{method} {route}")
            span.set_attribute("http.route", route)
            span.set_attribute("http.response.status_code", status)
            end_span(span, str(status) if status >= _SERVER_ERROR else None)
