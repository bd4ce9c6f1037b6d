"""Every route of every service against every kind of token: 401, 403, and nothing of another division."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import APIRouter
from starlette.routing import Mount, Route

from shared.db.session import Database
from shared.web.app import create_service_app, create_worker_app
from shared.web.identity.callers import requires
from shared.web.identity.permissions import PERMISSIONS, Permission, Role
from shared.web.identity.tokens import Actor, TokenVerifier
from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.server import Options, create_embedded_app
from shuangfu.services import SERVICES, load
from tests.conftest import ALL_ROLES, PROVINCES, AsAdmin, Hands, TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.security.forging import forgeries
from tests.security.walk import APPS, DOORS, GUARDED, PUBLIC, UNDESCRIBED, Door, described, doors_of
from tests.security.worlds import DISTRICT, PERSON, World, count_rows

in_module = pytest.mark.asyncio(loop_scope="module")

PROBLEM = "urn:shuangfu:problem:"
EVERY_DOOR = [pytest.param(door, id=door.name) for door in GUARDED]


@dataclass(frozen=True)
class Asked:
    """A request that succeeds for who may and reaches, and what another division gets for it."""

    path: str
    elsewhere: str
    """hidden (404), empty (no items), outside (403), zero (counts), refused (a 403 in each line of the answer),
    own (the caller's own thing, judged later) or shared (the same for everybody)."""
    status: int = 200
    more: dict[str, Any] = field(default_factory=dict)


LINE = orjson.dumps({"uscc": code(1), **registration()})
FILE = {"files": {"file": ("a.ndjson", LINE)}}
KEY = {"headers": {"Idempotency-Key": "matrix"}}
CURRENT = {"headers": {"If-Match": "{instructor_version}"}}

ASKED: dict[str, Asked] = {
    "registry PUT /v1/civil-affairs/registrations/{uscc}": Asked("{uscc}", "outside", more={"json": registration()}),
    "registry POST /v1/civil-affairs/registrations:batch": Asked("", "refused", more={"content": LINE}),
    "registry GET /v1/organizations/{reference}/contacts": Asked("{organization_1}", "hidden"),
    "registry PUT /v1/organizations/{reference}/contacts/{role}": Asked(
        "{organization_1} liaison", "hidden", 201, {"json": PERSON}
    ),
    "registry GET /v1/organizations/{reference}/contacts/{role}": Asked("{organization_1} secretary", "hidden"),
    "registry DELETE /v1/organizations/{reference}/contacts/{role}": Asked(
        "{organization_1} instructor", "hidden", 204, CURRENT
    ),
    "registry POST /v1/imports": Asked("", "own", 202, FILE),
    "registry GET /v1/imports": Asked("", "own"),
    "registry GET /v1/imports/template.xlsx": Asked("", "shared"),
    "registry GET /v1/imports/{import_id}": Asked("{import}", "hidden"),
    "registry GET /v1/imports/{import_id}/errors": Asked("{import}", "hidden"),
    "registry GET /v1/organizations": Asked("", "empty"),
    "registry GET /v1/organizations/{reference}": Asked("{uscc}", "hidden"),
    "registry GET /v1/party-organizations": Asked("", "empty"),
    "registry GET /v1/party-organizations/{party_organization_id}": Asked("{party}", "hidden"),
    "registry GET /v1/party-organizations/{party_organization_id}/covers": Asked("{party}", "hidden"),
    "registry GET /v1/coverage": Asked("", "outside", more={"params": {"division": DISTRICT}}),
    "incubation GET /v1/formation-checks": Asked("", "empty"),
    "incubation GET /v1/formation-cases": Asked("", "empty"),
    "incubation GET /v1/formation-cases/{case_id}": Asked("{case_1}", "hidden"),
    "incubation POST /v1/formation-cases/{case_id}/approval": Asked("{case_1}", "hidden"),
    "incubation POST /v1/formation-cases/{case_id}/deferral": Asked("{case_2}", "hidden"),
    "incubation POST /v1/joint-plans": Asked("", "outside", 201, {"json": {"division": DISTRICT}}),
    "incubation GET /v1/joint-plans": Asked("", "empty"),
    "incubation GET /v1/joint-plans/{plan_id}": Asked("{plan}", "hidden"),
    "incubation POST /v1/joint-plans/{plan_or_proposal_id}/approval": Asked("{plan}", "hidden"),
    "evaluation GET /v1/indicator-systems": Asked("", "shared"),
    "evaluation GET /v1/indicator-systems/{type}": Asked("T10", "shared"),
    "evaluation POST /v1/cycles": Asked("", "outside", 201, {"json": {"year": 2023, "division": DISTRICT}}),
    "evaluation POST /v1/cycles/{cycle_id}/opening": Asked("{draft}", "hidden", more={"json": {"note": "补开"}}),
    "evaluation POST /v1/cycles/{cycle_id}/closing": Asked("{ending}", "hidden"),
    "evaluation GET /v1/cycles": Asked("", "empty"),
    "evaluation GET /v1/cycles/{cycle_id}": Asked("{cycle}", "hidden"),
    "evaluation GET /v1/evaluations": Asked("", "empty"),
    "evaluation GET /v1/evaluations/{evaluation_id}": Asked("{evaluation}", "hidden"),
    "evaluation PUT /v1/evaluations/{evaluation_id}/scores/{stage}": Asked(
        "{evaluation} self", "hidden", more={"json": {"scores": {}}}
    ),
    "evaluation POST /v1/evaluations/{evaluation_id}/completion": Asked("{ready}", "hidden"),
    "evaluation POST /v1/interests": Asked(
        "", "hidden", 201, {"json": {"party_organization_id": "{party}", "reason": "亲属"}}
    ),
    "evaluation GET /v1/interests": Asked("", "empty"),
    "funding GET /v1/schemes": Asked("", "shared"),
    "funding GET /v1/grants": Asked("", "empty"),
    "funding GET /v1/grants/decisions": Asked("", "empty"),
    "funding POST /v1/grants/decisions/redecision": Asked("", "outside", 200, {"json": {"division": DISTRICT}}),
    "funding GET /v1/grants/{grant_id}": Asked("{held}", "hidden"),
    "funding POST /v1/grants/{grant_id}/release": Asked("{held}", "hidden", more={"json": {"note": "整改完成"}}),
    "funding POST /v1/grants/{grant_id}/review": Asked("{raised}", "hidden"),
    "funding POST /v1/grants/{grant_id}/approval": Asked("{reviewed}", "hidden"),
    "funding POST /v1/grants/{grant_id}/payment": Asked("{approved}", "hidden", more=KEY),
    "funding GET /v1/ledger/accounts": Asked("", "zero"),
    "funding GET /v1/ledger/accounts/{code}": Asked("5001", "zero"),
    "funding GET /v1/ledger/accounts/{code}/entries": Asked("5001", "empty"),
    "funding GET /v1/ledger/entries": Asked("", "empty"),
    "funding GET /v1/ledger/check": Asked("", "zero"),
    **{f"{service} GET /v1/changes": Asked("", "empty") for service in SERVICES},
    **{f"{service} GET /v1/me": Asked("", "shared") for service in SERVICES},
    **{f"{service} GET /v1/rules": Asked("", "shared") for service in SERVICES},
    "incubation GET /v1/formation-policies": Asked("", "shared"),
    "evaluation GET /v1/evaluation-policies": Asked("", "shared"),
    **{f"{service} GET /v1/operations/bus": Asked("", "shared") for service in SERVICES},
}
"""A route that is not here makes the tests fail: whoever adds one says what another division gets from it."""
TO_ADD = "give each route a line in ASKED: a request that succeeds, and what another division gets for it"

FRAMEWORK_PUBLIC = {
    f"{service} {method} {path}" for service in SERVICES for method in ("GET", "HEAD") for path in PUBLIC
}


async def ask(world: World, door: Door, token: str | None, **instead: Any) -> httpx.Response:
    """A request to the route, with a token; `instead` replaces its body and headers."""
    assert door.name in ASKED, f"{door.name}: {TO_ADD}"
    asked = ASKED[door.name]
    path = door.path
    for value in asked.path.format(**world.ids).split():
        start, rest = path.split("{", 1)
        path = start + value + rest.split("}", 1)[1]
    more = dict(instead or asked.more)
    if "json" in more:
        given = {k: v.format(**world.ids) if isinstance(v, str) else v for k, v in more["json"].items()}
        more["json"] = given
    headers = {name: value.format(**world.ids) for name, value in more.pop("headers", {}).items()}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return await world.http.request(door.method, path, headers=headers, **more)


def problem(response: httpx.Response) -> str:
    """Its slug, after its form was seen to be right."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = response.json()
    assert document["status"] == response.status_code
    return str(document["type"]).removeprefix(PROBLEM)


def test_no_route_is_left_out() -> None:
    assert {(door.path, door.method) for door in DOORS if door.public} <= {
        (path, method) for path in PUBLIC for method in ("GET", "HEAD")
    }
    asks = {"/v1/changes": 2, "/v1/me": 0, "/v1/rules": 0}
    unguarded = [door.name for door in GUARDED if len(door.permissions) != asks.get(door.path, 1)]
    assert not unguarded, f"neither public nor asking for one permission (or for as many as `asks` has): {unguarded}"
    assert {door.name for door in GUARDED} == set(ASKED), TO_ADD
    assert len(GUARDED) > 50


def test_what_is_described_is_what_is_walked() -> None:
    """The walk goes through FastAPI's own lists; its description of the routes must name no other."""
    for service, app in APPS.items():
        described = {
            f"{service} {method.upper()} {path}"
            for path, operations in app.openapi()["paths"].items()
            for method in operations
        }
        walked = {door.name for door in DOORS if door.service == service and door.path not in UNDESCRIBED}
        assert described == walked


def test_the_gateway_has_the_services_and_probes_alone(tmp_path: Path) -> None:
    nowhere = dict.fromkeys((*SERVICES, "bus"), "postgresql+asyncpg://nobody@127.0.0.1:1/none")
    gateway = create_embedded_app(nowhere, Options(data=tmp_path))
    mounts = {route.path: route.app for route in gateway.routes if isinstance(route, Mount)}
    others = {route.path for route in gateway.routes if isinstance(route, Route)}
    assert len(gateway.routes) == len(mounts) + len(others)
    assert others == {"/", "/docs", "/healthz", "/readyz", "/metrics"}
    assert set(mounts) == {f"/{service}" for service in SERVICES}


def test_a_worker_has_probes_alone(tmp_path: Path) -> None:
    for service in SERVICES:
        settings = APPS[service].state.settings
        database = Database(settings.database_url)
        worker = create_worker_app(settings, database, load(service).create_worker(settings, database))
        own = {door.path for door in doors_of(service, worker)}
        assert {path for path in own if not path.startswith(("/docs", "/redoc"))} == {"/healthz", "/readyz", "/metrics"}


def test_every_permission_has_a_role_and_no_role_has_all() -> None:
    for permission in Permission:
        assert any(permission in PERMISSIONS[role] for role in Role), permission
    writes = {p for p in Permission if not p.endswith(".read")}
    for role in Role:
        assert len(PERMISSIONS[role] & writes) <= 3, role


@pytest.fixture(scope="module")
def forged(issuer: EmbeddedIssuer) -> dict[str, str | None]:
    return forgeries(issuer)


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_401(worlds: dict[str, World], forged: dict[str, str | None], door: Door) -> None:
    for wrong, token in forged.items():
        response = await ask(worlds[door.service], door, token)
        assert (response.status_code, problem(response)) == (401, "unauthenticated"), wrong
        assert response.headers["www-authenticate"].startswith("Bearer"), wrong
        assert set(response.json()) == {"type", "title", "status", "detail", "errors"}, "no word of why"


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_401__other_schemes(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    world = worlds[door.service]
    for value in (f"Basic {token_for()}", token_for(), "Bearer", f"Token {token_for()}"):
        response = await world.http.request(door.method, door.path, headers={"Authorization": value})
        assert response.status_code == 401, value


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_403__without_the_permission(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    for permission in door.permissions:
        lacking = roles_without(permission)
        for roles in ([], ["administrator", "*", "root"], lacking, *([role] for role in lacking)):
            response = await ask(worlds[door.service], door, token_for(roles))
            assert (response.status_code, problem(response)) == (403, "forbidden"), roles
            may = {one for role in roles if role in ALL_ROLES for one in PERMISSIONS[Role(role)]}
            assert response.json()["permission"] == next(one for one in door.permissions if one not in may)


def roles_without(permission: Permission) -> list[str]:
    return [str(role) for role in Role if permission not in PERMISSIONS[role]]


async def never() -> AsyncIterator[bytes]:
    """A body that is longer than any route accepts, and that nobody may read."""
    raise AssertionError("a byte of the body was asked for")
    yield b""


def bad_bodies() -> Iterator[dict[str, Any]]:
    """One that cannot be parsed, and one that is not even to be read."""
    yield {"content": b"{", "headers": {"Content-Type": "application/json"}}
    for length in ({"Content-Length": str(2**30)}, {}):
        yield {"content": never(), "headers": {"Content-Type": "application/json", **length}}


TAKING_BODIES = [pytest.param(door, id=door.name) for door in GUARDED if "requestBody" in described(door)]


@pytest.mark.parametrize("door", TAKING_BODIES)
@in_module
async def test_401__before_a_byte_of_the_body_is_parsed(
    worlds: dict[str, World], forged: dict[str, str | None], door: Door
) -> None:
    for wrong, token in forged.items():
        for body in bad_bodies():
            response = await ask(worlds[door.service], door, token, **body)
            assert (response.status_code, problem(response)) == (401, "unauthenticated"), wrong


@pytest.mark.parametrize("door", TAKING_BODIES)
@in_module
async def test_403__before_a_byte_of_the_body_is_parsed(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    [permission] = door.permissions
    for role in roles_without(permission):
        for body in bad_bodies():
            response = await ask(worlds[door.service], door, token_for(role), **body)
            assert (response.status_code, problem(response)) == (403, "forbidden"), role


@in_module
async def test_a_token_is_verified_once_a_request(
    worlds: dict[str, World], token_for: TokenFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    verify = TokenVerifier.verify

    async def counted(self: TokenVerifier, token: str) -> Actor:
        seen.append(token)
        return await verify(self, token)

    monkeypatch.setattr(TokenVerifier, "verify", counted)
    for door in GUARDED:
        await ask(worlds[door.service], door, token_for("auditor", ("310101",), "stranger"))
        assert len(seen) == 1, door.name
        seen.clear()


def test_every_kind_of_body_is_among_them() -> None:
    """JSON, lines, files: otherwise the two above would leave some out."""
    kinds = {kind for door in GUARDED for kind in described(door).get("requestBody", {}).get("content", {})}
    assert kinds == {"application/json", "application/x-ndjson", "multipart/form-data"}
    assert {door.name for door in GUARDED if door.method in ("PUT", "POST")} == {
        door.name for door in GUARDED if "requestBody" in described(door)
    }


def test_a_router_that_would_parse_first_is_refused() -> None:
    router = APIRouter()
    router.get("/thing", dependencies=[requires(Permission.REGISTRY_READ)])(never)
    settings = APPS["registry"].state.settings
    with pytest.raises(TypeError, match="/thing is no GuardedRoute"):
        create_service_app(settings, Database(settings.database_url), [router], reads=Permission.REGISTRY_READ)


@pytest.mark.parametrize("divisions", [("310101",), ("330105", "3302", "34"), ()], ids=["another", "others", "none"])
@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_another_division_sees_and_changes_nothing(
    worlds: dict[str, World], token_for: TokenFor, door: Door, divisions: tuple[str, ...]
) -> None:
    response = await ask(worlds[door.service], door, token_for(ALL_ROLES, divisions, "stranger"))
    expected = ASKED[door.name].elsewhere
    if expected == "hidden":
        assert (response.status_code, problem(response)) == (404, "not-found")
    elif expected == "outside":
        assert (response.status_code, problem(response)) == (403, "outside-scope")
    elif expected == "refused":
        lines = [orjson.loads(line) for line in response.content.splitlines()]
        assert [(line["status"], line["problem"]["type"]) for line in lines] == [(403, PROBLEM + "outside-scope")]
    elif expected == "empty":
        assert (response.status_code, response.json()["items"]) == (200, [])
        assert response.json()["next_cursor"] is None
    elif expected == "zero":
        assert response.status_code == 200
        assert set(_numbers(response.json())) <= {0}, response.text
    else:
        assert response.status_code == ASKED[door.name].status
    if expected not in ("own", "shared"):
        for value in worlds[door.service].ids.values():
            given = f"{response.request.url} {bytes(response.request.content)!r}"
            assert value not in response.text or value in given, "an id leaks"


@in_module
async def test_nothing_was_changed_by_all_that(worlds: dict[str, World], as_admin: AsAdmin) -> None:
    """Stands after the refusals and before the requests that succeed: pytest runs a file in its order."""
    for service, world in worlds.items():
        expected = dict(world.seeded)
        if service == "registry":
            # The strangers' own files, not worked off, and the trail's rows of who uploaded them.
            expected["imports"] += 3
            expected["audit_log"] += 3
        assert await count_rows(world, as_admin) == expected


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_who_may_and_reaches_is_served(
    worlds: dict[str, World], hands: Hands, token_for: TokenFor, door: Door
) -> None:
    """Otherwise the refusals above would prove nothing. Reads come first, then what they would not survive."""
    step = door.path.rpartition("/")[2]
    subject = "tester" if "{" in step or door.method == "GET" else f"served-{step}"
    response = await ask(worlds[door.service], door, token_for(ALL_ROLES, PROVINCES, subject))
    asked = ASKED[door.name]
    assert response.status_code == asked.status, response.text
    if asked.elsewhere == "empty":
        assert response.json()["items"]
    elif asked.elsewhere == "zero" and "check" not in door.path:
        assert any(_numbers(response.json()))
    elif asked.elsewhere == "refused":
        assert orjson.loads(response.content)["status"] == 200


def _numbers(value: Any) -> list[int]:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int):
        return [value]
    return [n for one in (value.values() if isinstance(value, dict) else value) for n in _numbers(one)]
