"""What every service answers to operators and to generators of clients."""

from typing import Any

import httpx
import pytest

from shared.contracts.catalog import CATALOG, topics_of
from shuangfu.services import SERVICES, load
from tests.conftest import Hands
from tests.shared.web.conftest import SettingsFor

PROBLEM = "application/problem+json"
METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.mark.parametrize("service", SERVICES)
async def test_service__answers_its_operators(settings_for: SettingsFor, hands: Hands, service: str) -> None:
    app = load(service).create_app(await settings_for(service))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client,
    ):
        metrics = await client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        assert "python_info" in metrics.text
        bus = (await client.get("/v1/operations/bus")).json()
        assert bus == {"published": 0, "unpublished": 0, "consumed": 0, "dead_letters": 0}
        live, ready = (await client.get("/healthz")).json(), (await client.get("/readyz")).json()
        assert live == {"status": "ok", "checks": [{"name": "pool", "ok": True, "detail": ""}]}
        checks = [{"name": name, "ok": True, "detail": ""} for name in ("policies", "database")]
        assert ready == {"status": "ok", "checks": checks}
        _check_asyncapi((await client.get("/v1/asyncapi.json")).json(), service)
        _check_openapi((await client.get("/v1/openapi.json")).json(), service)
        assert (await client.get("/v1/docs")).status_code == 404, "a page that runs scripts from elsewhere"


def _check_asyncapi(document: dict[str, Any], service: str) -> None:
    assert document["asyncapi"] == "3.0.0"
    published = {kind for kind, payload in CATALOG.items() if payload.TOPIC.startswith(f"{service}.")}
    assert set(document["components"]["messages"]) == published
    assert {*document["channels"], document["x-dead-letters"]} == set(topics_of(service))
    named = [kind for channel in document["channels"].values() for kind in channel["messages"]]
    assert sorted(named) == sorted(published)


def _check_openapi(document: dict[str, Any], service: str) -> None:
    assert document["openapi"].startswith("3.")
    assert document["info"]["title"] == f"Shuangfu {service}"
    schemas = document["components"]["schemas"]
    assert "HTTPValidationError" not in schemas, "our errors have another shape than the framework's"
    routes = {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS and path.startswith("/v1/")
    }
    assert len(routes) > 5
    for (method, path), operation in routes.items():
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert set(response["content"]) == {PROBLEM}, (method, path, status)
                schema = response["content"][PROBLEM]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemDocument"}, (method, path, status)
                assert response["description"] == response["description"].lower(), "the slugs"
        # There is a report of every year; every other thing that a path names may be missing.
        if "{" in path.replace("{year}", "") and method == "get":
            assert "404" in operation["responses"], (method, path)
        if "requestBody" in operation and "registrations:batch" not in path:
            assert "422" in operation["responses"], (method, path)


async def test_ready__is_503_without_the_database(settings_for: SettingsFor, hands: Hands) -> None:
    settings = (await settings_for("registry")).model_copy(
        update={"database_url": "postgresql+asyncpg://nobody@127.0.0.1:1/none"}
    )
    app = load("registry").create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client,
    ):
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "failing")
        assert (await client.get("/healthz")).status_code == 200, "a restart would not help"
        asked = await client.get("/v1/organizations")
        assert (asked.status_code, asked.json()["type"]) == (503, "urn:shuangfu:problem:unavailable")
        assert asked.headers["retry-after"] == "1"
