"""All four services behind their gateway, with their workers, in the loop of the test."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.field import uscc
from shared.telemetry.fast_path import flush_request_lines
from shared.telemetry.logs import configure_logs
from shared.telemetry.traces import configure_tracing, stop_tracing
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.server import Options, create_embedded_app
from shuangfu.services import SERVICES
from tests.conftest import AsAdmin, Hands

T = TypeVar("T")
XIHU = "330106"
CODE = uscc.make("52", XIHU, "PDY00701")
REGISTRATION: dict[str, Any] = {
    "name": "示例社会组织701",
    "kind": "social_service_institution",
    "division": XIHU,
    "street": "示例街道",
    "address": "示例路 701 号",
    "carrier": None,
    "registered_on": "2024-05-01",
    "full_time_staff": 20,
    "full_members_full_time": 3,
    "full_members": 3,
    "probationary_members": 0,
    "evaluation_type": "T10",
    "as_of": "2025-01-05T09:00:00+08:00",
}
PUT = f"/registry/v1/civil-affairs/registrations/{CODE}"
YEAR = 2025

REGISTRATIONS = "SELECT * FROM outbox WHERE type LIKE 'shuangfu.registry.organization.%' ORDER BY seq"
"""The registry's events of organizations: it has others of the bodies that it begins with."""
CHECKS = "SELECT * FROM outbox WHERE type LIKE 'shuangfu.incubation.formation_check.%' ORDER BY seq"


async def until(found: Callable[[], Awaitable[T | None]], seconds: float = 120) -> T:
    """Wait for a result, not for a time."""
    async with asyncio.timeout(seconds):
        while not (result := await found()):  # noqa: ASYNC110 - it lies in a database
            await asyncio.sleep(0.05)
    return result


class House:
    """The gateway as a client sees it, and the databases behind it."""

    def __init__(self, client: httpx.AsyncClient, urls: dict[str, str], as_admin: AsAdmin) -> None:
        self.client = client
        self.urls = urls
        self._as_admin = as_admin

    async def rows(self, service: str, statement: str) -> list[Any]:
        return await self._as_admin.rows(self.urls[service], statement)

    async def outbox(self) -> list[Any]:
        """Every event of every service."""
        return [row for service in SERVICES for row in await self.rows(service, "SELECT * FROM outbox ORDER BY seq")]

    async def register(self, **headers: str) -> httpx.Response:
        response = await self.client.put(PUT, json=REGISTRATION, headers=headers)
        assert response.status_code == 201, response.text
        return response

    async def get(self, path: str, **query: Any) -> Any:
        return (await self.client.get(path, params=query)).raise_for_status().json()

    async def send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        response = await self.client.request(method, path, json=body, headers={**key, **headers})
        assert response.is_success, response.text
        return response.json()

    async def checked(self) -> dict[str, Any]:
        """The formation check of the registration."""

        async def look() -> Any:
            return (await self.get("/incubation/v1/formation-checks", organization=CODE))["items"]

        return dict((await until(look))[0])


Open = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def open_house(
    database_url: Callable[[str], Awaitable[str]],
    issuer: EmbeddedIssuer,
    hands: Hands,
    as_admin: AsAdmin,
    monkeypatch: pytest.MonkeyPatch,
) -> Open:
    """`async with open_house(kafka=None) as house`."""
    monkeypatch.setenv("SHUANGFU_KAFKA_PREFIX", f"house-{uuid4().hex[:8]}.")
    monkeypatch.setenv("SHUANGFU_POLL_SECONDS", "0.2")
    monkeypatch.setenv("SHUANGFU_SAMPLE_SECONDS", "0.2")
    monkeypatch.setenv("SHUANGFU_LEDGER_CHECK_SECONDS", "0.2")

    @asynccontextmanager
    async def opened(kafka: str | None = None) -> AsyncIterator[House]:
        urls = {name: await database_url(name) for name in (*SERVICES, *(() if kafka else ("bus",)))}
        app = create_embedded_app(urls, Options(data=issuer.jwks_file.parent.parent, kafka=kafka))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://house", auth=hands, timeout=20) as client,
        ):

            async def ready() -> bool:
                return (await client.get("/readyz")).is_success

            await until(ready)
            yield House(client, urls, as_admin)

    return opened


@pytest.fixture
def lines(logs_put_back: None) -> Callable[[], list[dict[str, Any]]]:
    """`lines()`: what was logged so far, each line read as JSON: a line that is none fails."""
    stream, root = io.StringIO(), logging.getLogger()
    before = list(root.handlers)
    configure_logs("json", stream=stream)
    root.handlers += [handler for handler in before if handler not in root.handlers]

    def read() -> list[dict[str, Any]]:
        flush_request_lines()
        return [json.loads(line) for line in stream.getvalue().splitlines()]

    return read


class Spans:
    """The spans that ended so far."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> Sequence[ReadableSpan]:
        return self._exporter.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.all() if span.name == name]

    def of_event(self, event_id: object) -> list[ReadableSpan]:
        """Those that handled an event, in whichever service."""
        return [span for span in self.all() if (span.attributes or {}).get("messaging.message.id") == str(event_id)]


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Spans are made, and kept in memory."""
    exporter = InMemorySpanExporter()
    configure_tracing(SimpleSpanProcessor(exporter))
    yield Spans(exporter)
    stop_tracing()
