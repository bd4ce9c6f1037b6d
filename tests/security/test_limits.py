"""Limits of every request, and headers of every answer."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from services.registry.imports.routes import MAX_UPLOAD_BYTES
from shared.db.session import Database
from shared.problems.inputs import Body
from shared.web.app import create_service_app
from shared.web.guarded import GuardedRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import MAX_PAGE, Tx, encode_cursor
from shared.web.wire.limits import HEADERS
from shuangfu.services import SERVICES
from tests.conftest import SYSTEM, AsAdmin, Hands, TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.security.test_matrix import ASKED
from tests.security.walk import GUARDED, Door, described
from tests.security.worlds import World
from tests.shared.web.conftest import SettingsFor

in_module = pytest.mark.asyncio(loop_scope="module")
PROBLEM = "urn:shuangfu:problem:"
LIMIT = 10_000
PATH = f"/v1/civil-affairs/registrations/{code(1)}"


class Thing(Body):
    name: str


class Made(BaseModel):
    name: str


router = APIRouter(route_class=GuardedRoute)
MAY = [requires(Permission.REGISTRY_READ)]


@router.post("/things", dependencies=MAY)
async def post_thing(body: Thing) -> Made:
    return Made(name=body.name)


@router.post("/slow", dependencies=MAY)
async def slow(tx: Tx) -> Response:
    await tx.execute(text("INSERT INTO things (name) VALUES ('slow')"))
    await tx.execute(text("SELECT pg_sleep(60)"))
    return Response()


@router.get("/broken", dependencies=MAY)
async def broken() -> Response:
    raise RuntimeError("never shown to a client: /secret/path")


@asynccontextmanager
async def opened(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin, **changes: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, Database]]:
    settings = (await settings_for("registry")).model_copy(update=changes)
    database = Database(settings.database_url, pool_size=2)
    await as_admin(database.url, "CREATE TABLE things (name text)")
    app = create_service_app(settings, database, [router], reads=Permission.REGISTRY_READ)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client,
    ):
        yield client, database


def slug(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert response.json()["status"] == response.status_code
    return str(response.json()["type"]).removeprefix(PROBLEM)


def secured(response: httpx.Response) -> None:
    for name, value in HEADERS.items():
        assert response.headers.get_list(name) == [value], (response.request.url, response.status_code, name)


class Sent:
    """A body in parts, without a length; knows how much of it was asked for."""

    def __init__(self, part: bytes, parts: int, wait: float = 0) -> None:
        self.part = part
        self.parts = parts
        self.wait = wait
        self.taken = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for _ in range(self.parts):
            self.taken += len(self.part)
            yield self.part
            await asyncio.sleep(self.wait)


async def test_body__of_the_limit_is_taken_and_a_byte_more_is_not(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin
) -> None:
    async with opened(settings_for, hands, as_admin, max_body_bytes=LIMIT) as (client, _):
        frame = len(b'{"name":""}')
        fits, exceeds = ("x" * (LIMIT - frame + n) for n in (0, 1))
        assert (await client.post("/v1/things", json={"name": fits})).status_code == 200
        refused = await client.post("/v1/things", json={"name": exceeds})
        assert (refused.status_code, slug(refused)) == (413, "body-too-large")
        assert refused.json()["detail"] == f"请求体不能超过 {LIMIT} 字节。"
        assert refused.headers["x-request-id"]
        secured(refused)


async def test_body__in_parts_is_cut_off_at_the_limit(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin
) -> None:
    async with opened(settings_for, hands, as_admin, max_body_bytes=LIMIT) as (client, _):
        sent = Sent(b"x" * 1000, 10_000)
        refused = await client.post("/v1/things", content=sent, headers={"Content-Type": "application/json"})
        assert (refused.status_code, slug(refused)) == (413, "body-too-large")
        assert sent.taken <= LIMIT + 3000, "the rest is not even read"
        secured(refused)


async def test_body__of_the_hottest_door_is_limited_too(settings_for: SettingsFor, hands: Hands) -> None:
    from services.registry.app import create_app

    app = create_app((await settings_for("registry")).model_copy(update={"max_body_bytes": LIMIT}))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client,
    ):
        declared = await client.put(PATH, json=registration(address="路" * LIMIT))
        in_parts = await client.put(PATH, content=Sent(b" " * 1000, 1000))
        for refused in (declared, in_parts):
            assert (refused.status_code, slug(refused)) == (413, "body-too-large")
        lines = b"\n".join(orjson.dumps({"uscc": code(n), **registration()}) for n in range(1, 101))
        assert len(lines) > LIMIT
        streamed = await client.post("/v1/civil-affairs/registrations:batch", content=lines)
        assert streamed.text.count('"status":201') == 100, "streams are not limited as a whole"


@pytest.mark.parametrize("token", [None, "garbage", "no role"])
async def test_upload__of_a_stranger_is_not_taken_in(
    settings_for: SettingsFor, token_for: TokenFor, token: str | None
) -> None:
    """A file may be large, so who sends it is asked before it is read to the disk."""
    from services.registry.app import create_app

    app = create_app(await settings_for("registry"))
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    sent = Sent(head + b"x" * 100_000, 200)
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token_for(['operator']) if token == 'no role' else token}"
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        refused = await client.post("/v1/imports", content=sent, headers=headers)
        assert refused.status_code == (403 if token == "no role" else 401)
        assert sent.taken <= 200_000, "most of it stays with the sender"


async def test_upload__has_a_limit_as_well(settings_for: SettingsFor, hands: Hands) -> None:
    from services.registry.app import create_app

    app = create_app(await settings_for("registry"))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": str(MAX_UPLOAD_BYTES + 1)}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test", auth=hands) as client,
    ):
        sent = Sent(b"x" * 1000, 10)
        refused = await client.post("/v1/imports", content=sent, headers=headers)
        assert (refused.status_code, slug(refused)) == (413, "body-too-large")


async def test_time__a_request_that_takes_too_long_is_a_503_and_leaves_nothing(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin
) -> None:
    async with opened(settings_for, hands, as_admin, request_timeout_seconds=0.3) as (client, database):
        async with database.transaction(SYSTEM):
            pass  # the 0.3 s are not for making a connection
        started = asyncio.get_running_loop().time()
        late = await client.post("/v1/slow")
        assert (late.status_code, slug(late)) == (503, "unavailable")
        assert asyncio.get_running_loop().time() - started < 20
        secured(late)
        assert late.headers["x-request-id"]
        async with database.transaction(SYSTEM) as tx:
            assert await tx.scalar(text("SELECT count(*) FROM things")) == 0
        assert (await client.post("/v1/things", json={"name": "x"})).status_code == 200, "the next one is served"


async def test_time__a_body_that_drips_is_cut_off(settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin) -> None:
    async with opened(settings_for, hands, as_admin, request_timeout_seconds=0.3) as (client, _):
        sent = Sent(b"x", 100, wait=0.05)
        late = await client.post("/v1/things", content=sent)
        assert (late.status_code, slug(late)) == (503, "unavailable")
        assert sent.taken < 20


async def test_headers__are_on_every_answer(
    settings_for: SettingsFor, hands: Hands, as_admin: AsAdmin, token_for: TokenFor
) -> None:
    async with opened(settings_for, hands, as_admin, max_body_bytes=LIMIT) as (client, _):
        nobody = {"Authorization": ""}
        roleless = {"Authorization": f"Bearer {token_for([])}"}
        answers = {
            200: await client.get("/healthz"),
            401: await client.post("/v1/things", headers=nobody, json={"name": "x"}),
            403: await client.post("/v1/things", headers=roleless, json={"name": "x"}),
            404: await client.get("/v1/nowhere"),
            405: await client.delete("/v1/things"),
            413: await client.post("/v1/things", content=b" " * (LIMIT + 1)),
            422: await client.post("/v1/things", json={}),
            500: await client.get("/v1/broken"),
        }
        for status, response in answers.items():
            assert response.status_code == status
            secured(response)
            assert len(response.headers.get_list("x-request-id")) == 1, status
            assert "server" not in response.headers
            if status >= 400:
                slug(response)
        assert "secret" not in answers[500].text
        for path in ("/metrics", "/readyz", "/v1/openapi.json", "/v1/asyncapi.json"):
            secured(await client.get(path))


async def test_headers__of_the_gateway_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    from shuangfu.embedded.server import Options, create_embedded_app
    from shuangfu.services import SERVICES

    nowhere = dict.fromkeys((*SERVICES, "bus"), "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    gateway = create_embedded_app(nowhere, Options(data=tmp_path_factory.mktemp("gateway")))
    transport = httpx.ASGITransport(gateway, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path in ("/", "/nowhere", "/healthz", "/readyz", "/registry/v1/nowhere", "/registry/v1/organizations"):
            answer = await client.get(path)
            secured(answer)
            if answer.status_code >= 400 and "z" not in path[-1]:
                slug(answer)


# The tests below call every route of every service.


def doors(choose: Callable[[Door], bool]) -> list[Any]:
    return [pytest.param(door, id=door.name) for door in GUARDED if choose(door)]


def takes(parameter: str) -> Callable[[Door], bool]:
    return lambda door: any(given["name"] == parameter for given in described(door).get("parameters", ()))


def takes_json(door: Door) -> bool:
    return "application/json" in described(door).get("requestBody", {}).get("content", {})


async def ask(world: World, door: Door, token: str, **more: Any) -> httpx.Response:
    path = door.path
    for value in ASKED[door.name].path.format(**world.ids).split():
        start, rest = path.split("{", 1)
        path = start + value + rest.split("}", 1)[1]
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return await world.http.request(door.method, path, headers=headers, **more)


@pytest.mark.parametrize("door", doors(takes("limit")))
@in_module
async def test_page__has_a_largest_size(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    world = worlds[door.service]
    for limit in (1, MAX_PAGE):
        served = await ask(world, door, token_for(), params={"limit": limit})
        assert served.status_code == 200
        assert len(served.json()["items"]) <= limit
    for limit in (MAX_PAGE + 1, 10**30, 0, -1, "x", "", "1.5"):
        refused = await ask(world, door, token_for(), params={"limit": limit})
        assert (refused.status_code, slug(refused)) == (422, "invalid-input"), limit
        assert [error["pointer"] for error in refused.json()["errors"]] == ["/query/limit"]


CURSORS = (
    "x",
    "",
    "a\0b",
    "é",
    "e30",
    "W10",
    encode_cursor(),
    encode_cursor("x"),
    encode_cursor(1),
    encode_cursor(None),
    encode_cursor("1", "2"),
    encode_cursor("-1"),
    encode_cursor("1e3"),
    encode_cursor("9" * 30),
    encode_cursor("' OR 1=1 --"),
    encode_cursor(["00000000-0000-0000-0000-000000000000"]),
    "A" * 600,
)


@pytest.mark.parametrize("door", doors(takes("cursor")))
@in_module
async def test_page__takes_only_its_own_cursors(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    for cursor in CURSORS:
        refused = await ask(worlds[door.service], door, token_for(), params={"cursor": cursor})
        assert (refused.status_code, slug(refused) in ("bad-cursor", "invalid-input")) == (422, True), cursor


def test_lists__all_have_pages_or_are_known_to_be_short() -> None:
    """A list without a limit grows with the data."""
    short = {
        "registry GET /v1/organizations/{reference}/contacts",
        "registry GET /v1/saved-views",
        "evaluation GET /v1/indicator-systems",
        "evaluation GET /v1/interests",
        "funding GET /v1/schemes",
        "funding GET /v1/ledger/accounts",
        "funding GET /v1/ledger-charts",
        "funding GET /v1/dues-policies",
        "funding GET /v1/award-pool-policies",
        "funding GET /v1/budget-policies",
        "funding GET /v1/payment-policies",
        "incubation GET /v1/formation-policies",
        "incubation GET /v1/assessment-policies",
        "incubation GET /v1/meeting-policies",
        "incubation GET /v1/activity-policies",
        "incubation GET /v1/incubatee-policies",
        "incubation GET /v1/incubator-policies",
        "evaluation GET /v1/evaluation-policies",
        "evaluation GET /v1/rating-catalogues",
        "evaluation GET /v1/consequence-policies",
        *(f"{service} GET /v1/rules" for service in SERVICES),
    }
    lists = {
        door.name
        for door in GUARDED
        if door.method == "GET"
        and "Page'" in str(described(door)["responses"]["200"])
        and not (takes("limit")(door) and takes("cursor")(door))
    }
    assert lists == short


@pytest.mark.parametrize("door", doors(takes_json))
@in_module
async def test_body__with_an_unknown_field_is_refused(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    """Everywhere: a misspelt field is an error, not silence."""
    given = {**ASKED[door.name].more.get("json", {}), "unknown_field": 1}
    headers = {"Idempotency-Key": f"unknown {door.name}"}
    refused = await ask(worlds[door.service], door, token_for(), json=given, headers=headers)
    assert (refused.status_code, slug(refused)) == (422, "invalid-input")
    assert "/unknown_field" in [error["pointer"] for error in refused.json()["errors"]]


@pytest.mark.parametrize("door", doors(takes_json))
@in_module
async def test_body__that_is_no_json_is_refused(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    for media_type in ("application/json", "text/plain"):
        for body in (b"{", b"nope", b"\xff\xfe", b'{"a": NaN}', b"[]", b'"x"', b"7", b"[" * 5000):
            headers = {"Content-Type": media_type}
            refused = await ask(worlds[door.service], door, token_for(), content=body, headers=headers)
            assert (refused.status_code, slug(refused)) == (422, "invalid-input"), body[:20]
