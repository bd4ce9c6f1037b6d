"""What a route does not know, and a division outside the scope, is refused by every route of every service."""

import pytest

from shared.web.identity.granted import PERMISSIONS
from shared.web.identity.permissions import Role
from tests.conftest import ALL_ROLES, TokenFor
from tests.security.test_matrix import ask, in_module, problem
from tests.security.walk import DOORS, UNDESCRIBED, Door, described
from tests.security.worlds import World

OF_A_CITY = {"/v1/bodies/joint-conference"}
"""These answer of one city, and refuse a province."""
OF_THE_WHOLE = {"/v1/reports/{year}", "/v1/coverage/measures", "/v1/coverage/series"}
"""These answer of a whole division: a caller who reaches a part of it would get a report of less, and is refused."""
NAMED = {"code": "5001", "number": "XB-0001", "type": "T10", "year": "2025", "kind": "grants"}
"""What stands for a name in a path."""
BESIDE = {
    "/v1/indicator-systems/{type}/changes": {"since_year": "2026"},
    "/v1/coverage/series": {"first": "2026-05", "last": "2026-06"},
    "/v1/score-sheets/{type}.xlsx": {"cycle": "{cycle}", "stage": "self"},
}
"""What these need beside the division."""
EVERY = [pytest.param(door, id=door.name) for door in DOORS if door.method != "HEAD"]
DIVIDED = [
    pytest.param(door, id=door.name)
    for door in DOORS
    if door.method == "GET"
    and door.path not in UNDESCRIBED
    and any((one["in"], one["name"]) == ("query", "division") for one in described(door).get("parameters", ()))
]


@pytest.mark.parametrize("door", EVERY)
@in_module
async def test_t34_unknown_parameter__is_named(worlds: dict[str, World], token_for: TokenFor, door: Door) -> None:
    world, headers = worlds[door.service], {"Authorization": f"Bearer {token_for(ALL_ROLES, ('3301',))}"}
    params = [("divison", "330106"), ("x", "1"), ("x", "2")]
    response = await world.http.request(door.method, door.path, params=params, headers=headers)
    assert (response.status_code, problem(response)) == (422, "invalid-input")
    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert {"/query/divison", "/query/x"} <= pointers
    assert any("divison" in error["detail"] for error in response.json()["errors"]), response.text


def test_t34_every_list_by_division_is_asked() -> None:
    assert len(DIVIDED) >= 14


@pytest.mark.parametrize("door", DIVIDED)
@in_module
async def test_t34_division__outside_the_scope_is_403(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    world, path = worlds[door.service], door.path
    for name, value in NAMED.items():
        path = path.replace(f"{{{name}}}", value)
    path = path.replace("{simulation_id}", world.ids.get("simulation", ""))
    path = path.replace("{forecast_id}", world.ids.get("forecast", ""))

    async def answered(scope: tuple[str, ...], division: str) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, scope)}"}
        beside = {name: value.format(**world.ids) for name, value in BESIDE.get(door.path, {}).items()}
        response = await world.http.get(path, params={"division": division, **beside}, headers=headers)
        return response.status_code, "" if response.status_code == 200 else problem(response)

    for outside in ("31", "310101", "330105", "3302", "12"):
        assert await answered(("330106",), outside) == (403, "outside-scope"), outside
    if door.path in OF_THE_WHOLE:
        for wider in ("33", "3301"):
            assert await answered(("330106",), wider) == (403, "outside-scope"), wider
        assert await answered(("330106",), "330106") == (200, "")
        return
    for wider_or_inside in ("3301", "330100", "330106") if path in OF_A_CITY else ("33", "3301", "330100", "330106"):
        assert await answered(("330106",), wider_or_inside) == (200, ""), wider_or_inside
    assert await answered((), "330106") == (403, "outside-scope")
    for unknown in ("99", "990000", "330199", "00", "3", "33010", "３３", "+3", "3301060", ""):
        assert await answered(("33", "31"), unknown) == (422, "invalid-input"), unknown


@in_module
async def test_t34_parameter__given_twice_is_refused(worlds: dict[str, World], token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    params = [("division", "3301"), ("division", "3302")]
    response = await worlds["registry"].http.get("/v1/organizations", params=params, headers=headers)
    assert (response.status_code, problem(response)) == (422, "invalid-input")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/query/division"]


@in_module
async def test_t34_parameters__many_unknown_ones_are_counted_and_not_all_listed(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    many = {f"p{number}": "1" for number in range(300)}
    response = await worlds["registry"].http.get("/v1/organizations", params=many, headers=headers)
    assert (response.status_code, response.json()["count"], len(response.json()["errors"])) == (422, 300, 20)


@in_module
async def test_t34_form_field__unknown_is_named(worlds: dict[str, World], token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for(ALL_ROLES, ('33',))}"}
    file = {"file": ("a.ndjson", b"{}")}
    for wrong in ({"dryrun": "true"}, {"dry_run": ["true", "false"]}):
        response = await worlds["registry"].http.post("/v1/imports", files=file, data=wrong, headers=headers)
        assert (response.status_code, problem(response)) == (422, "invalid-input")
        assert [error["pointer"] for error in response.json()["errors"]] == [f"/form/{next(iter(wrong))}"]


@in_module
async def test_t34_parameters__a_stranger_hears_of_his_token_first(worlds: dict[str, World]) -> None:
    response = await worlds["registry"].http.get("/v1/organizations", params={"x": "1"}, headers={"Authorization": ""})
    assert response.status_code == 401


@pytest.mark.parametrize("door", [pytest.param(door, id=door.name) for door in DOORS if door.path == "/v1/me"])
@in_module
async def test_t37_me__says_who_one_is_and_what_one_may(
    worlds: dict[str, World], token_for: TokenFor, door: Door
) -> None:
    world = worlds[door.service]
    headers = {"Authorization": f"Bearer {token_for(['payer', 'unheard-of'], ('3301', '310101'), '甲')}"}
    me = (await world.http.get("/v1/me", headers=headers)).json()
    # The registry alone knows which there are.
    none: list[str] | None = [] if world.service == "registry" else None
    unknown = {"unknown_bodies": none, "unknown_units": none}
    assert me == {
        "subject": "甲",
        "roles": ["payer"],
        "divisions": ["310101", "3301"],
        "bodies": [],
        "units": None,
        **unknown,
        "permissions": sorted(PERMISSIONS[Role.PAYER]),
    }
    nobody = {"Authorization": f"Bearer {token_for([], (), '乙')}"}
    assert (await world.http.get("/v1/me", headers=nobody)).json() == {
        "subject": "乙",
        "roles": [],
        "divisions": [],
        "bodies": [],
        "units": None,
        **unknown,
        "permissions": [],
    }
    assert (await ask(world, door, None)).status_code == 401
