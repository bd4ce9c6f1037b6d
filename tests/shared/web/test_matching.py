"""A path is compared with the routes of the modules that it may be of, and is answered as if with all."""

from collections import Counter
from collections.abc import Callable

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Match
from starlette.types import Scope

from shared.web.matching import match_own_paths


def modules() -> dict[str, APIRouter]:
    """One with a prefix, one without, one whose first part is a parameter; the last two share a first part."""
    found = {
        "grants": APIRouter(prefix="/grants"),
        "orders": APIRouter(),
        "any": APIRouter(),
        "later": APIRouter(prefix="/grants"),
    }

    def add(module: str, path: str, method: str = "GET") -> None:
        async def answer() -> str:
            return f"{module} {method} {path}"

        found[module].add_api_route(path, answer, methods=[method])

    add("grants", "")
    add("grants", "/{id}")
    add("grants", "/{id}/payment", "POST")
    add("orders", "/orders")
    add("orders", "/grants:approve", "POST")
    add("any", "/{kind}/of/all")
    add("later", "/{id}/history")
    return found


def served(limit: Callable[[APIRouter, str], None] | None) -> FastAPI:
    """All of them under `/v1`."""
    app = FastAPI(redirect_slashes=False)
    for router in modules().values():
        if limit is not None:
            limit(router, "/v1")
        app.include_router(router, prefix="/v1")
    return app


PATHS = [
    "/v1/grants",
    "/v1/grants/",
    "/v1/grants/7",
    "/v1/grants/7/payment",
    "/v1/grants/7/history",
    "/v1/grants:approve",
    "/v1/grants%2F7",
    "/v1//grants",
    "/v1/orders",
    "/v1/orders/of/all",
    "/v1/grants/of/all",
    "/v1/nothing",
    "/v1",
    "/v2/grants",
    "/v1grants",
    "/grants",
    "/",
]


@pytest.mark.parametrize("root", ["", "/funding"])
@pytest.mark.parametrize("path", PATHS)
async def test_a_path__is_answered_as_without(path: str, root: str) -> None:
    answers = []
    for app in (served(match_own_paths), served(None)):
        transport = httpx.ASGITransport(app=app, root_path=root)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            found = [await client.request(method, f"{root}{path}") for method in ("GET", "POST", "DELETE")]
        answers.append([(answer.status_code, answer.text, answer.headers.get("allow")) for answer in found])
    assert answers[0] == answers[1]


async def test_a_path__is_compared_with_few() -> None:
    compared: Counter[str] = Counter()

    def limit(router: APIRouter, prefix: str) -> None:
        compare, name = router.matches, router.routes[0].path  # type: ignore[attr-defined]

        def count(scope: Scope) -> tuple[Match, Scope]:
            compared[name] += 1
            return compare(scope)

        router.matches = count  # type: ignore[method-assign]
        match_own_paths(router, prefix)

    transport = httpx.ASGITransport(app=served(limit))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/v1/grants/7/history")).json() == "later GET /{id}/history"
    assert compared == {"/grants": 1, "/{kind}/of/all": 1, "/grants/{id}/history": 1}, "and with no order's"
