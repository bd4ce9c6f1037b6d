"""Decision 48: a token that is narrowed to units, at every route of every service."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.web.identity.granted import NEEDS_UNITS, PERMISSIONS, WITH_UNITS
from tests.conftest import ALL_ROLES, AsAdmin, TokenFor
from tests.security.test_matrix import ASKED, EVERY_DOOR, PROBLEM, _numbers, ask, in_module, lines_of, problem
from tests.security.walk import Door
from tests.security.worlds import DISTRICT, World, count_rows

ELSEWHERE = (str(uuid4()), str(uuid4()))
"""Units of nobody here."""
XIHU = (DISTRICT,)


def test_decision_48_roles__of_units_may_only_what_goes_with_units() -> None:
    assert {"secretary", "instructor"} == NEEDS_UNITS
    for role in NEEDS_UNITS:
        assert PERMISSIONS[role] <= WITH_UNITS, role
    reads = {"registry.read", "contacts.read", "formation.read", "evaluation.read", "grants.read", "changes.read"}
    writes = {"scores.write", "objections.write", "extensions.apply", "plans.write", "surveys.confirm", "grants.report"}
    assert reads | writes | {"leaderships.report"} == WITH_UNITS, (
        "no decision, no figure and no money of a whole division"
    )


@pytest.mark.parametrize("door", EVERY_DOOR)
@in_module
async def test_decision_48_another_unit__sees_and_changes_nothing(
    worlds: dict[str, World],
    token_for: TokenFor,
    monkeypatch: pytest.MonkeyPatch,
    subtests: pytest.Subtests,
    door: Door,
) -> None:
    """Its division is the district itself: units alone narrow. Without any, one role that needs units does it.

    The database alone must hide it all: the registry is kept from refusing units that there are not.
    """
    monkeypatch.setitem(worlds["registry"].app.state._state, "seats", None)
    for name, units in {"another": ELSEWHERE, "none": ()}.items():
        with subtests.test(name):
            token = token_for([*ALL_ROLES, "secretary"], XIHU, "stranger", units=units)
            response = await ask(worlds[door.service], door, token)
            await check_elsewhere(worlds[door.service], door, response)


async def check_elsewhere(world: World, door: Door, response: httpx.Response) -> None:
    """That the answer is what ASKED says of another division, or that units may not ask at all."""
    expected = ASKED[door.name].elsewhere
    if not set(door.permissions) <= WITH_UNITS or expected == "outside":
        assert (response.status_code, problem(response)) == (403, "outside-units")
    elif expected == "hidden":
        assert (response.status_code, problem(response)) == (404, "not-found")
    elif expected == "unknown":
        assert {(one["status"], one["problem"]["type"]) for one in lines_of(response)} == {(404, PROBLEM + "not-found")}
    elif expected == "empty":
        assert (response.status_code, response.json()["items"]) == (200, [])
        assert response.json()["next_cursor"] is None
    elif expected == "zero":
        assert set(_numbers(response.json())) <= {0}, response.text
    else:
        assert expected in ("shared", "own")
        assert response.status_code == ASKED[door.name].status
    if expected != "shared" and response.status_code != 403:
        for value in world.ids.values():
            given = f"{response.request.url} {await response.request.aread()!r}"
            assert value not in response.text or value in given, "an id leaks"


@in_module
async def test_decision_48_nothing_was_changed_by_all_that(worlds: dict[str, World], as_admin: AsAdmin) -> None:
    for service, world in worlds.items():
        # The view that the stranger saved is his own.
        own = {"saved_views": 1} if service == "registry" else {}
        assert await count_rows(world, as_admin) == world.seeded | own


async def items(world: World, path: str, token: str) -> list[Any]:
    response = await world.http.get(f"/v1{path}", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200, response.text
    found: list[Any] = response.json()["items"]
    return found


async def status(world: World, path: str, token: str, method: str = "GET", **more: Any) -> int:
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return (await world.http.request(method, f"/v1{path}", headers=headers, **more)).status_code


@in_module
async def test_decision_48_registry__a_party_organization_sees_itself_and_what_it_covers(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["registry"]
    party, covered, other = (world.ids[name] for name in ("party", "organization_1", "organization_2"))
    token = token_for("secretary", XIHU, units=[party])
    assert [one["id"] for one in await items(world, "/party-organizations", token)] == [party]
    assert [one["id"] for one in await items(world, "/organizations", token)] == [covered]
    assert [one["organization_id"] for one in await items(world, f"/party-organizations/{party}/covers", token)] == [
        covered
    ]
    assert [one["code"] for one in await items(world, "/bodies", token)] == ["XIHU"]
    assert len(await items(world, f"/organizations/{covered}/corrections", token)) == 1
    assert await items(world, "/conflicts", token) == await items(world, "/code-exceptions", token) == []
    assert await status(world, f"/organizations/{other}", token) == 404
    assert await status(world, f"/organizations/{covered}/contacts/secretary", token) == 403
    street = token_for("street_officer", XIHU, units=[party])
    assert await status(world, f"/organizations/{covered}/contacts/secretary", street) == 200
    assert await status(world, f"/organizations/{other}/contacts/secretary", street) == 404


@in_module
async def test_decision_48_registry__an_organization_sees_itself_alone(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["registry"]
    one, party = world.ids["organization_1"], world.ids["party"]
    token = token_for("secretary", XIHU, units=[one])
    assert [found["id"] for found in await items(world, "/organizations", token)] == [one]
    assert await items(world, "/party-organizations", token) == []
    assert await status(world, f"/party-organizations/{party}", token) == 404


@in_module
async def test_decision_48_exports__have_the_units_rows_alone(worlds: dict[str, World], token_for: TokenFor) -> None:
    world = worlds["registry"]
    token = token_for("secretary", XIHU, units=[world.ids["organization_2"]])
    headers = {"Authorization": f"Bearer {token}"}
    exported = await world.http.get("/v1/organizations?format=csv", headers=headers)
    assert exported.status_code == 200, exported.text
    _, *rows = exported.text.strip().splitlines()
    assert [world.ids["organization_2"] in row for row in rows] == [True]


@pytest.mark.parametrize("service", ["registry", "incubation", "evaluation", "funding"])
@in_module
async def test_decision_48_feed__has_events_about_the_units_alone(
    worlds: dict[str, World], token_for: TokenFor, service: str
) -> None:
    world = worlds[service]
    names = {"registry": "organization_1", "incubation": "unit", "evaluation": "party", "funding": "recipient_raised"}
    unit = world.ids[names[service]]
    whole = await items(world, "/changes", token_for(ALL_ROLES, XIHU))
    narrowed = await items(world, "/changes", token_for(ALL_ROLES, XIHU, units=[unit]))
    fields = ("organization_id", "party_organization_id", "recipient_id")
    about = [one for one in whole if unit in (one["subject"], *(one["data"].get(name) for name in fields))]
    assert narrowed == about
    assert len(narrowed) < len(whole)
    assert narrowed or service == "evaluation", "whose first one is not completed yet"


@in_module
async def test_decision_48_incubation__an_organization_sees_its_checks_and_cases(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["incubation"]
    token = token_for("instructor", XIHU, units=[world.ids["unit"]])
    cases = await items(world, "/formation-cases", token)
    assert [one["id"] for one in cases] == [world.ids["case_1"]]
    assert cases[0]["history"]
    assert {one["organization_id"] for one in await items(world, "/formation-checks", token)} == {world.ids["unit"]}
    assert await items(world, "/joint-plans", token) == []
    assert [one["subject"]["id"] for one in await items(world, "/tasks", token)] == [world.ids["case_1"]]
    assert await status(world, f"/formation-cases/{world.ids['case_2']}", token) == 404


@in_module
async def test_decision_48_funding__a_party_organization_sees_its_grants(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["funding"]
    token = token_for("secretary", XIHU, units=[world.ids["recipient_reviewed"]])
    [grant] = await items(world, "/grants", token)
    assert grant["id"] == world.ids["reviewed"]
    assert await status(world, f"/grants/{world.ids['raised']}", token) == 404
    narrowed = token_for(ALL_ROLES, XIHU, units=[world.ids["recipient_reviewed"]])
    assert {one["recipient_id"] for one in await items(world, "/grants/decisions", narrowed)} == {
        world.ids["recipient_reviewed"]
    }
    assert await status(world, "/ledger/check", narrowed) == 403


@in_module
async def test_decision_48_evaluation__a_secretary_assesses_its_own_unit_and_rates_nobody(
    worlds: dict[str, World], token_for: TokenFor
) -> None:
    world = worlds["evaluation"]
    own, other = world.ids["evaluation"], world.ids["ready"]
    token = token_for("secretary", XIHU, "支部书记", units=[world.ids["party"]])
    [shown] = await items(world, "/evaluations", token)
    assert shown["id"] == own
    may = {one["step"]: (one["allowed"], one["problem"]) for one in shown["next_steps"]}
    assert may["self"] == (True, None)
    assert {may[step] for step in ("group", "committee", "completion")} == {(False, "forbidden")}
    assert [one["id"] for one in await items(world, "/cycles", token)] == [world.ids["cycle"]]
    body = {"json": {"scores": {}}}
    assert await status(world, f"/evaluations/{own}/scores/self", token, "PUT", **body) == 200
    assert await status(world, f"/evaluations/{own}/scores/group", token, "PUT", **body) == 403
    assert await status(world, f"/evaluations/{other}/scores/self", token, "PUT", **body) == 404
    elsewhere = token_for("secretary", ("330105",), "支部书记", units=[world.ids["party"]])
    assert await items(world, "/evaluations", elsewhere) == [], "of another division than the scope"


@in_module
async def test_decision_48_rater__with_units_rates_nothing(worlds: dict[str, World], token_for: TokenFor) -> None:
    """Who decides for a division must see the whole of it: units take such permissions away, and `me` says so."""
    world = worlds["evaluation"]
    token = token_for("rater", XIHU, "评分岗", units=[world.ids["party"]])
    response = await world.http.post(
        f"/v1/evaluations/{world.ids['evaluation']}/completion", headers={"Authorization": f"Bearer {token}"}
    )
    assert (response.status_code, response.json()["type"]) == (403, PROBLEM + "outside-units")
    me = (await world.http.get("/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
    assert me["permissions"] == ["evaluation.read", "registry.read", "scores.write"]
    [shown] = await items(world, "/evaluations", token)
    assert {one["problem"] for one in shown["next_steps"] if one["step"] == "group"} == {"outside-units"}


@in_module
async def test_decision_48_registry__what_it_covered_once_is_not_seen_any_more(
    worlds: dict[str, World], token_for: TokenFor, as_admin: AsAdmin
) -> None:
    world = worlds["registry"]
    token = token_for("secretary", XIHU, units=[world.ids["party"]])
    assert len(await items(world, "/organizations", token)) == 1
    async with as_admin.connected(world.database.url) as connection:
        await connection.execute("UPDATE coverages SET until = '2026-12-01'")
    assert await items(world, "/organizations", token) == []
    assert await status(world, f"/organizations/{world.ids['organization_1']}/corrections", token) == 404
