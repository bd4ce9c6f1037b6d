"""T61: HEAD on whatever answers GET; a path with a slash too many is not found, and never led to where Host says."""

import re

import pytest

from tests.conftest import ALL_ROLES, TokenFor
from tests.security.test_matrix import ask, in_module, problem
from tests.security.walk import DOORS, PUBLIC, Door
from tests.security.worlds import World

READ = [pytest.param(door, id=door.name) for door in DOORS if door.method == "GET"]
SLASHED = [pytest.param(door, id=door.name) for door in DOORS if door.path != "/" and door.method != "HEAD"]
OF_THE_MOMENT = {"/metrics", "/v1/me", "/v1/score-sheets/{type}.xlsx"}
"""They hold the time at which they were made, so that two of them may differ in length."""
KEPT = ("content-type", "etag", "cache-control", "changes-cursor", "content-disposition")


@pytest.mark.parametrize("door", READ)
@in_module
async def test_t61_head__answers_as_get_without_a_body(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    world, token = worlds[door.service], None if door.path in PUBLIC else token_for(ALL_ROLES, ("33",))
    asked = Door(door.service, "GET", door.path, door.permissions)
    get = await (world.http.get(door.path) if door.path in PUBLIC else ask(world, asked, token))
    head = await world.http.head(get.request.url, headers={"Authorization": f"Bearer {token}"} if token else {})
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert get.status_code == 200
    for name in KEPT:
        assert head.headers.get(name) == get.headers.get(name), name
    if door.path not in OF_THE_MOMENT:
        assert head.headers.get("content-length") == get.headers.get("content-length")
    assert head.headers["x-request-id"] != get.headers["x-request-id"]


@in_module
async def test_t61_head__is_counted_as_what_it_is(worlds: dict[str, World], token_for: TokenFor) -> None:
    http = worlds["registry"].http
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    assert (await http.head("/v1/organizations", headers=headers)).status_code == 200
    counted = 'method="HEAD",route="/v1/organizations",service="registry",status="2xx"'
    assert counted in (await http.get("/metrics")).text


@in_module
async def test_t61_head__is_refused_as_get_is(worlds: dict[str, World], token_for: TokenFor) -> None:
    http = worlds["registry"].http
    nobody = await http.head("/v1/organizations")
    assert (nobody.status_code, nobody.content) == (401, b"")
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    for path, status in (
        ("/v1/organizations/51330100PDY00001X2", 404),
        ("/v1/nowhere", 404),
        ("/v1/civil-affairs/registrations:batch", 405),
        ("/v1/organizations?divison=33", 422),
    ):
        answer = await http.head(path, headers=headers)
        assert (answer.status_code, answer.content) == (status, b""), path


@in_module
async def test_t61_head__of_a_list_as_a_file_says_how_long_it_is(worlds: dict[str, World], token_for: TokenFor) -> None:
    world = worlds["registry"]
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    path = "/v1/organizations?format=csv"
    whole = await world.http.get(path, headers=headers)
    for _ in range(8):  # more than may run at once
        answer = await world.http.head(path, headers=headers)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"].startswith("text/csv")
        assert int(answer.headers["content-length"]) == len(whole.content)


@pytest.mark.parametrize("door", SLASHED)
@in_module
async def test_t61_slash_too_many__is_not_found(worlds: dict[str, World], door: Door) -> None:
    path = re.sub(r"\{.*?\}", "x", door.path) + "/"
    response = await worlds[door.service].http.request(door.method, path, headers={"Host": "elsewhere.example"})
    assert (response.status_code, problem(response)) == (404, "not-found")
    assert "location" not in response.headers
    assert "elsewhere.example" not in response.text
