"""Traces: one from a PUT to what follows of it, through outbox, bus and inbox, also where events come in lists."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind

from services.incubation.consumers import make_handlers
from shared.bus.receiving.handling import handle_events
from shared.field import uscc
from shared.telemetry.traces import (
    configure_tracing,
    end_span,
    new_traceparent,
    read_traceparent,
    start_span,
    stop_tracing,
    trace_id_of,
    traceparent_of,
)
from tests.conftest import REPOSITORY, STEPS, SYSTEM
from tests.incubation.conftest import Incubation, Organization, incubation
from tests.shared.telemetry.conftest import REGISTRATION, XIHU, YEAR, House, Open, Spans, until

CALLER_SPAN = "00f067aa0ba902b7"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SAMPLED = f"00-{TRACE}-{CALLER_SPAN}-01"
__all__ = ["incubation"]
BUSES = ["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)]
CHAIN = (
    "shuangfu.registry.organization.registered.v1",
    "shuangfu.incubation.formation_check.completed.v1",
    "shuangfu.incubation.party_organization.formed.v1",
    "shuangfu.registry.party_organization.established.v1",
    "shuangfu.evaluation.evaluation.completed.v1",
    "shuangfu.funding.grant.raised.v1",
)


def ids(span: ReadableSpan) -> tuple[str, str]:
    """(trace id, span id)."""
    assert span.context is not None
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def parent(span: ReadableSpan) -> str | None:
    return f"{span.parent.span_id:016x}" if span.parent else None


async def from_registration_to_grant(house: House, headers: dict[str, str]) -> list[Any]:
    """The main job for one organization; the events of its chain."""
    await house.register(**headers)
    await house.checked()
    [case] = (await house.get("/incubation/v1/formation-cases"))["items"]
    cycle = await house.send("POST", "/evaluation/v1/cycles", {"year": YEAR, "division": XIHU[:4]}, headers)
    await house.send("POST", f"/evaluation/v1/cycles/{cycle['id']}/opening", {"note": "补开"}, headers)
    await house.send(
        "POST", f"/incubation/v1/formation-cases/{case['id']}/approval", {"founded_on": f"{YEAR}-12-31"}, headers
    )

    async def enrolled() -> Any:
        return (await house.get("/evaluation/v1/evaluations"))["items"]

    [evaluation] = await until(enrolled)
    system = await house.get(f"/evaluation/v1/indicator-systems/{evaluation['type']}", year=YEAR)
    scores = {one["code"]: one["points"] for level in system["levels"] for one in level["indicators"]}
    base = f"/evaluation/v1/evaluations/{evaluation['id']}"
    for stage in ("self", "group", "committee"):
        assert stage in STEPS
        await house.send("PUT", f"{base}/scores/{stage}", {"scores": scores}, headers)
    await house.send("POST", f"{base}/completion", {}, headers)

    async def raised() -> Any:
        return (await house.get("/funding/v1/grants"))["items"]

    assert await until(raised)
    found = {row["type"]: row for row in await house.outbox()}
    return [found[kind] for kind in CHAIN]


@pytest.mark.parametrize("bus", BUSES)
async def test_one_trace_from_the_put_to_the_grant(
    open_house: Open, spans: Spans, bus: str, request: pytest.FixtureRequest
) -> None:
    kafka = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
    async with open_house(kafka) as house:
        chain = await from_registration_to_grant(house, {"traceparent": SAMPLED})
    assert {trace_id_of(event["traceparent"]) for event in chain} == {TRACE}
    registered, checked, formed, established, completed, raised = chain
    [put] = spans.named("PUT /v1/civil-affairs/registrations/{uscc}")
    assert (ids(put)[0], parent(put), put.kind) == (TRACE, CALLER_SPAN, SpanKind.SERVER)
    assert put.resource.attributes["service.name"] == "registry"
    assert (put.attributes or {})["http.response.status_code"] == 201
    assert registered["traceparent"].split("-")[2] == ids(put)[1]
    # Each event was handled in a span under the one that emitted it, and what followed names that span.
    for event, service, outcome in (
        (registered, "incubation", checked),
        (formed, "registry", established),
        (completed, "funding", raised),
    ):
        handled = {span.resource.attributes["service.name"]: span for span in spans.of_event(event["id"])}
        span = handled[service]
        assert (ids(span)[0], parent(span)) == (TRACE, event["traceparent"].split("-")[2])
        assert span.kind is SpanKind.CONSUMER
        assert outcome["traceparent"].split("-")[2] == ids(span)[1]
    # What a person decides begins under that person's request: approval and completion.
    for event, name in (
        (formed, "POST /v1/formation-cases/{case_id}/approval"),
        (completed, "POST /v1/evaluations/{evaluation_id}/completion"),
    ):
        [decided] = spans.named(name)
        assert event["traceparent"].split("-")[2] == ids(decided)[1]
    text = str([(span.name, dict(span.attributes or {})) for span in spans.all()])
    assert [word for word in ("PDY", REGISTRATION["name"], "house/") if word in text] == [], "no path, no payload"


async def test_without_spans__a_callers_trace_is_passed_on_and_a_new_one_made(open_house: Open) -> None:
    async with open_house() as house:
        await house.register(traceparent=SAMPLED)
        await house.checked()
        await house.client.put(
            f"/registry/v1/civil-affairs/registrations/{uscc.make('52', XIHU, 'PDY00702')}", json=REGISTRATION
        )

        async def both() -> Any:
            rows = await house.rows("incubation", "SELECT * FROM outbox ORDER BY seq")
            return rows if len(rows) == 2 else None

        checks = await until(both)
        registrations = await house.rows(
            "registry", "SELECT * FROM outbox WHERE type LIKE 'shuangfu.registry.organization.%' ORDER BY seq"
        )
    assert registrations[0]["traceparent"] == checks[0]["traceparent"] == SAMPLED
    made = registrations[1]["traceparent"]
    assert read_traceparent(made) == made
    assert trace_id_of(made) != TRACE
    assert checks[1]["traceparent"] == made


async def test_list__each_outcome_has_the_trace_of_its_own_cause(incubation: Incubation, spans: Spans) -> None:
    parents = [new_traceparent()[:-2] + "01" for _ in range(3)]
    events = [
        _with_trace(Organization(number).state(), trace) for number, trace in zip((1, 2, 3), parents, strict=True)
    ]
    handler = make_handlers(incubation.app.state.policies).of(events[0].envelope.type)
    assert handler is not None
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        await handle_events(tx, "incubation", handler, events)
    rows = await incubation.rows("SELECT causation_id, traceparent FROM outbox")
    told = {UUID(row["causation_id"]): row["traceparent"] for row in rows}
    assert [trace_id_of(told[event.envelope.id]) for event in events] == [trace_id_of(trace) for trace in parents]
    [batch] = [span for span in spans.all() if span.name.startswith("process list ")]
    assert batch.parent is None
    assert {f"{link.context.trace_id:032x}" for link in batch.links} == {trace_id_of(trace) for trace in parents}
    assert len({ids(span)[0] for span in spans.all()}) == 4, "three traces and the list's own"
    for event, trace in zip(events, parents, strict=True):
        [span] = spans.of_event(event.envelope.id)
        assert parent(span) == trace.split("-")[2]
        assert [f"{link.context.span_id:016x}" for link in span.links] == [ids(batch)[1]]


def _with_trace(event: Any, traceparent: str) -> Any:
    return replace(event, envelope=replace(event.envelope, traceparent=traceparent))


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (SAMPLED, SAMPLED),
        (f" \t{SAMPLED} ", SAMPLED),
        (f"cc-{TRACE}-{CALLER_SPAN}-01-what-the-future-brings", SAMPLED),
        (f"cc-{TRACE}-{CALLER_SPAN}-01", SAMPLED),
        (f"cc-{TRACE}-{CALLER_SPAN}-01.more", None),
        (f"cc-{TRACE}-{CALLER_SPAN}-01-{'x' * 512}", None),
        (f"00-{TRACE}-{CALLER_SPAN}-01-more", None),
        (f"ff-{TRACE}-{CALLER_SPAN}-01", None),
        (f"00-{'0' * 32}-{CALLER_SPAN}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (SAMPLED.upper(), None),
        ("", None),
        (None, None),
    ],
)
def test_traceparent__is_read_by_the_standard(given: str | None, read: str | None) -> None:
    assert read_traceparent(given) == read


def test_span__under_a_parent_that_cannot_be_read_begins_a_trace(spans: Spans) -> None:
    """A foreign sender's event says anything: it is handled all the same."""
    for parent_given in ("", "nonsense", f"00-{'0' * 32}-{CALLER_SPAN}-01"):
        end_span(start_span("registry", "handled", SpanKind.CONSUMER, parent=parent_given, links=["nonsense", SAMPLED]))
    for span in spans.named("handled"):
        assert (parent(span), ids(span)[0] != TRACE) == (None, True)
        assert [f"{link.context.trace_id:032x}" for link in span.links] == [TRACE]
    assert len({ids(span)[0] for span in spans.named("handled")}) == 3


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector's address, and what was sent to it."""
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_exporter__sends_to_the_collector_that_the_environment_names(
    collector: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, received = collector
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
    try:
        assert configure_tracing()
        end_span(start_span("registry", "a span", SpanKind.SERVER, parent=SAMPLED), "500")
        unsampled = start_span("registry", "not wanted", SpanKind.SERVER, parent=SAMPLED[:-2] + "00")
        assert traceparent_of(unsampled).endswith("-00")
        end_span(unsampled)
    finally:
        stop_tracing()
    [body] = received
    resource = ExportTraceServiceRequest.FromString(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    [spans] = resource.resource_spans
    assert {"registry", "shuangfu"} <= {one.value.string_value for one in spans.resource.attributes}
    [span] = spans.scope_spans[0].spans
    assert (span.name, span.trace_id.hex(), span.parent_span_id.hex()) == ("a span", TRACE, CALLER_SPAN)


def test_exporter__is_not_even_loaded_without_a_collector() -> None:
    code = (
        "import sys; from shared.telemetry.traces import configure_tracing, tracing; import services.registry.app; "
        "assert not configure_tracing() and not tracing(); "
        "sys.exit(any(name.startswith(('opentelemetry.sdk', 'google.protobuf')) for name in sys.modules))"
    )
    unset = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run([sys.executable, "-c", code], check=False, env=unset, cwd=REPOSITORY, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
