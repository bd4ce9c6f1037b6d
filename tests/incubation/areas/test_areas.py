"""S15: an area through its life: drawn, drawn otherwise, dissolved, founded again, corrected late."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.incubation.areas.following import assign_due
from services.incubation.areas.rules import check_county
from shared.db.base import utc_now
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput
from tests.conftest import TokenFor
from tests.incubation.areas.helpers import BOUNDARY, area, at, polygon, square
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.joint_plans.helpers import closing_database

CODE, OTHER = "330106-CY01", "330106-CY02"


def day(days: int = 0) -> date:
    """A day from today on, in China."""
    return china_day(utc_now()) + timedelta(days=days)


async def put(incubation: Incubation, code: str = CODE, body: Any = None, **headers: str) -> httpx.Response:
    return await incubation.http.put(f"/v1/areas/{code}", json=body or area(), headers=headers)


async def drawn(incubation: Incubation, code: str = CODE, body: Any = None) -> dict[str, Any]:
    response = await put(incubation, code, body)
    assert response.status_code in (200, 201), response.text
    found: dict[str, Any] = response.json()
    return found


def placed(number: int, east: float, north: float, **changes: Any) -> tuple[Organization, Any]:
    """An organization without members at a place, and its first state."""
    organization = Organization(number)
    lon, lat = at(east, north)
    return organization, organization.state(0, location={"lon": lon, "lat": lat}, **changes)


async def uncovered(incubation: Incubation, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await incubation.get("/areas/uncovered", **query))["items"]
    return items


async def test_s15_area__is_drawn_and_read(incubation: Incubation) -> None:
    response = await put(incubation)
    assert (response.status_code, response.headers["etag"]) == (201, '"1"')
    found = response.json()
    assert found == (await incubation.http.get(f"/v1/areas/{CODE}")).json()
    assert (found["code"], found["division"], found["workers"]) == (CODE, "330106", 2)
    assert found["from"] == day().isoformat()
    assert found["until"] is None
    assert found["square_metres"] == pytest.approx(1_440_000, rel=1e-3)
    assert found["within"] == "boundary_unknown"
    assert found["polygon"] == polygon()
    [reason] = found["reasons"]
    assert reason["rule"] == "S15"
    assert reason["facts"]["policy"] == "default-areas"
    [event] = await incubation.emitted("area.recorded")
    assert (event["subject"], event["sequence"]) == (found["id"], 1)
    assert event["data"]["periods"] == [
        {"since": day().isoformat(), "until": None, "square_metres": found["square_metres"], "workers": 2}
    ]


async def test_s15_area__the_same_again_changes_nothing(incubation: Incubation) -> None:
    first = await drawn(incubation)
    again = await put(incubation)
    assert (again.status_code, again.json()) == (200, first)
    assert len(await incubation.emitted("area.recorded")) == 1


async def test_s15_area__changes_from_a_day_on(incubation: Incubation) -> None:
    first = await drawn(incubation, body=area(**{"from": day(-30).isoformat()}))
    wider = area(square(wide=1500), **{"from": day(10).isoformat()})
    stale = await put(incubation, body=wider, **{"If-Match": '"9"'})
    assert stale.status_code == 412
    response = await put(incubation, body=wider, **{"If-Match": '"1"'})
    assert (response.status_code, response.json()["version"]) == (200, 2)
    assert [(one["from"], one["until"]) for one in response.json()["periods"]] == [
        (day(-30).isoformat(), day(10).isoformat()),
        (day(10).isoformat(), None),
    ]
    now = await incubation.get(f"/areas/{CODE}")
    assert now["square_metres"] == first["square_metres"]
    then = await incubation.get(f"/areas/{CODE}", on=day(10).isoformat())
    assert then["square_metres"] > first["square_metres"]
    before = await incubation.get(f"/areas/{CODE}", on=day(-31).isoformat())
    assert (before["from"], before["polygon"], before["square_metres"]) == (None, None, None)


async def test_s15_area__is_corrected_late(incubation: Incubation) -> None:
    await drawn(incubation, body=area(**{"from": day(-30).isoformat()}))
    corrected = await drawn(incubation, body=area(square(wide=1300), **{"from": day(-60).isoformat()}))
    assert [one["from"] for one in corrected["periods"]] == [day(-60).isoformat()]


async def test_s15_area__does_not_overlap_with_another_in_force(incubation: Incubation) -> None:
    await drawn(incubation, body=area(until=day(10).isoformat()))
    beside = await put(incubation, OTHER, area(square(1199.5)))
    assert beside.status_code == 201, "half a metre is tolerated"
    third = "330106-CY03"
    response = await put(incubation, third, area(square(600, 600)), **{"Accept-Language": "en"})
    assert response.status_code == 409
    problem = response.json()
    assert problem["type"].endswith("areas-overlap")
    assert (problem["other"], problem["since"]) in ((CODE, day().isoformat()), (OTHER, day().isoformat()))
    assert problem["square_metres"] > 300_000
    later = area(square(0, 600), **{"from": day(10).isoformat()})
    assert (await put(incubation, third, later)).status_code == 201, "the first has ended by then"
    earlier = area(square(0, 600), **{"from": day(9).isoformat()})
    assert (await put(incubation, third, earlier)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"workers": 0}, "/workers"),
        ({"workers": 3}, "/workers"),
        ({"workers": "2"}, "/workers"),
        ({"until": "2000-01-01"}, "/until"),
        ({"datum": "Mars"}, "/datum"),
        ({"name": "无"}, "/name"),
        ({"polygon": polygon([*square()[:-1], at(5, 5)])}, "/polygon/coordinates/0/4"),
        ({"polygon": polygon([(lat, lon) for lon, lat in square()])}, "/polygon/coordinates/0/0"),
        ({"polygon": {"type": "MultiPolygon", "coordinates": [[square()]] * 2}}, "/polygon/coordinates/1"),
        ({"polygon": {"type": "LineString", "coordinates": square()}}, "/polygon"),
        ({"polygon": {"type": "Polygon"}}, "/polygon/coordinates"),
        ({"polygon": {"type": "Polygon", "coordinates": [square(), square(1, 1, 2, 2)]}}, "/polygon/coordinates/1"),
        ({"polygon": {"type": "Polygon", "coordinates": []}}, "/polygon/coordinates"),
        ({"polygon": {"type": "Polygon", "coordinates": [[[120.1, 30.2, 5.0, 1.0]] * 4]}}, "/polygon/coordinates/0/0"),
        ({"polygon": {"type": "Polygon", "coordinates": [[["120.1", 30.2]] * 4]}}, "/polygon/coordinates/0/0/0"),
        ({"polygon": {"type": "Polygon", "coordinates": [[[None, 30.2]] * 4]}}, "/polygon/coordinates/0/0/0"),
        ({"polygon": {"type": "Polygon", "coordinates": [[[120.1, 30.2]] * 2001]}}, "/polygon/coordinates/0"),
        ({"polygon": {"type": "Polygon", "coordinates": [[[120.1, 30.2]] * 10001]}}, "/polygon/coordinates/0"),
        ({"polygon": {"type": "Polygon", "coordinates": [square(wide=100)]}}, "/polygon/coordinates"),
        ({"party_organization_id": "00000000-0000-0000-0000-000000000001"}, "/party_organization_id"),
    ],
)
async def test_s15_area__what_is_wrong_is_named(incubation: Incubation, changes: dict[str, Any], where: str) -> None:
    response = await put(incubation, body=area(**changes))
    assert response.status_code == 422, response.text
    pointers = [error["pointer"] for error in response.json()["errors"]]
    assert where in pointers, response.text
    assert await incubation.rows("SELECT FROM area_records") == []


async def test_s15_area__nan_in_the_json_is_refused(incubation: Incubation) -> None:
    body = '{"name": "一区", "workers": 1, "polygon": {"type": "Polygon", "coordinates": [[[NaN, 30.2]]]}}'
    response = await incubation.http.put(
        f"/v1/areas/{CODE}", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("330100-A", 422),
        ("999999-A", 403),
        ("330106", 422),
        ("CY01", 422),
        ("330106-cy01", 422),
        ("330106-" + "A" * 21, 422),
    ],
)
async def test_s15_area__its_code_begins_with_a_county_level_division(
    incubation: Incubation, code: str, status: int
) -> None:
    assert (await put(incubation, code)).status_code == status


def test_s15_area__of_a_whole_city_is_refused_by_what_it_is() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_county("330100", date(2026, 3, 2), "/division")
    assert caught.value.document("en")["errors"] == [
        {"pointer": "/division", "detail": "Areas are of districts and counties: '330100' is neither."}
    ]


async def test_s15_area__of_a_division_that_has_ended_does_not_stand_today(incubation: Incubation) -> None:
    """330103 is a part of 330105 since April 2021."""
    days = {"from": "2020-01-01"}
    refused = await put(incubation, "330103-A", area(**days))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/path/code")
    assert (await put(incubation, "330103-A", area(**days, until="2021-01-01"))).status_code == 201


async def test_s15_area__of_another_division_is_not_ones_to_draw(incubation: Incubation, token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330105'])}"}
    response = await incubation.http.put(f"/v1/areas/{CODE}", json=area(), headers=headers)
    assert response.status_code == 403
    await drawn(incubation)
    assert (await incubation.http.get(f"/v1/areas/{CODE}", headers=headers)).status_code == 404


async def test_s15_boundary__areas_lie_inside_their_division(incubation: Incubation) -> None:
    await drawn(incubation)
    path = "/v1/division-boundaries/330106"
    assert (await incubation.http.get(path)).status_code == 404
    response = await incubation.http.put(path, json=BOUNDARY)
    assert response.status_code == 201, response.text
    assert response.json()["square_metres"] == pytest.approx(9_000_000, rel=1e-3)
    city = await incubation.http.put("/v1/division-boundaries/330100", json=BOUNDARY)
    assert [error["pointer"] for error in city.json()["errors"]] == ["/path/division"], "areas are a county's"
    again = await incubation.http.put(path, json=BOUNDARY)
    assert (again.status_code, again.json()) == (200, response.json())
    outside = await put(incubation, OTHER, area(square(2000)))
    assert outside.status_code == 422
    assert [error["pointer"] for error in outside.json()["errors"]] == ["/polygon/coordinates"]
    inside = await drawn(incubation, OTHER, area(square(1200)))
    assert inside["within"] == "inside"
    assert (await incubation.get(f"/areas/{CODE}"))["within"] == "boundary_unknown", "as it was found then"
    [gap] = await uncovered(incubation)
    assert gap["what"] == "gap"
    assert gap["square_metres"] == pytest.approx(9_000_000 - 2 * 1_440_000, rel=1e-2)


async def test_s15_bodies__each_with_a_position_is_in_one_area_or_listed(incubation: Incubation) -> None:
    inside, border, outside, nowhere = (
        placed(1, 600, 600),
        placed(2, 1200, 600),
        placed(3, 3000, 600),
        (Organization(4), None),
    )
    await incubation.deliver(inside[1], outside[1], nowhere[0].state(0))
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200)))
    await incubation.deliver(border[1])
    counted = {one["code"]: one for one in (await incubation.get("/areas"))["items"]}
    assert {code: one["organizations"] for code, one in counted.items()} == {CODE: 2, OTHER: 0}
    assert counted[CODE]["uncovered"] == 2
    [listed] = await uncovered(incubation)
    assert (listed["what"], listed["id"], listed["number"]) == ("organization", str(outside[0].id), outside[0].code)


async def test_s15_bodies__follow_their_position_their_division_and_their_end(incubation: Incubation) -> None:
    organization, first = placed(1, 600, 600)
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200)))
    await incubation.deliver(first)

    async def where() -> list[str | None]:
        return [row["area"] for row in await incubation.rows("SELECT area FROM area_bodies")]

    assert await where() == [CODE]
    lon, lat = at(1800, 600)
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    assert await where() == [OTHER]
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}, division="330105"))
    assert await where() == [None]
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    assert await where() == [OTHER]
    await incubation.deliver(organization.state(0))
    assert await where() == [None]
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    await incubation.deliver(organization.ended())
    assert await where() == [None]


async def test_s15_dissolution__says_what_becomes_of_the_bodies(incubation: Incubation) -> None:
    await incubation.deliver(placed(1, 100, 600)[1], placed(2, 700, 600)[1])
    await drawn(incubation)
    body = {"on": day().isoformat(), "followed_by": [OTHER], "why": "与相邻片区合并"}
    unknown = await incubation.post(f"/areas/{CODE}/dissolution", body)
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/followed_by/0"]
    await drawn(incubation, OTHER, area(square(1200)))
    too_early = await incubation.post(f"/areas/{CODE}/dissolution", body)
    assert too_early.status_code == 422, "it began today"
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    response = await incubation.post(f"/areas/{CODE}/dissolution", body, **{"If-Match": '"2"'})
    assert response.status_code == 200, response.text
    ended = response.json()
    assert (ended["from"], ended["followed_by"], ended["ended_why"]) == (None, [OTHER], "与相邻片区合并")
    assert [one["what"] for one in await uncovered(incubation)] == ["organization", "organization"]
    assert (await incubation.post(f"/areas/{CODE}/dissolution", body)).status_code == 422, "twice"
    # What follows takes in the half of it where one of the bodies is.
    await drawn(incubation, OTHER, area(square(600, wide=1600)))
    [left] = await uncovered(incubation)
    assert left["number"] == Organization(1).code
    assert (await incubation.get("/areas", on=day().isoformat()))["items"][0]["code"] == OTHER
    assert len((await incubation.get("/areas"))["items"]) == 2


async def test_s15_area__that_ended_is_founded_again_from_a_named_day(incubation: Incubation) -> None:
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    await incubation.post(f"/areas/{CODE}/dissolution", {"on": day(-1).isoformat()})
    refused = await put(incubation)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:area-ended")
    undone = await put(incubation, body=area(**{"from": day(-3).isoformat()}))
    assert undone.status_code == 409, "what has ended is not extended by the way"
    again = await drawn(incubation, body=area(**{"from": day().isoformat()}))
    assert [(one["from"], one["until"]) for one in again["periods"]] == [
        (day(-5).isoformat(), day(-1).isoformat()),
        (day().isoformat(), None),
    ]
    assert again["followed_by"] == []


async def test_s15_days__an_area_that_begins_takes_its_bodies_then(incubation: Incubation) -> None:
    await incubation.deliver(placed(1, 600, 600)[1])
    await drawn(incubation, body=area(**{"from": day(5).isoformat()}))
    assert len(await uncovered(incubation)) == 1
    # As though it had been drawn six days ago.
    await incubation.change(
        "UPDATE area_outlines SET valid_from = valid_from - 6",
        "UPDATE area_divisions SET assigned_on = assigned_on - 6",
    )
    policies = incubation.app.state.policies
    async with closing_database(incubation.app.state.database.url) as database:
        assert await assign_due(database, policies)
        assert not await assign_due(database, policies), "once a day"
    assert await uncovered(incubation) == []


async def test_s15_map__is_geojson_of_the_areas_that_stand(incubation: Incubation) -> None:
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200), **{"from": day(5).isoformat()}))
    response = await incubation.http.get("/v1/areas.geojson", params={"division": "330106"})
    assert response.headers["content-type"] == "application/geo+json"
    [feature] = response.json()["features"]
    assert feature["geometry"] == polygon()
    assert feature["properties"]["code"] == CODE
    then = await incubation.http.get("/v1/areas.geojson", params={"division": "3301", "on": day(5).isoformat()})
    assert [one["properties"]["code"] for one in then.json()["features"]] == [CODE, OTHER]


async def test_s15_uncovered__is_read_page_by_page(incubation: Incubation) -> None:
    bodies = [placed(number, 5000 + number, 0)[1] for number in range(1, 8)]
    await incubation.deliver(*bodies)
    tiles = [(column, row) for column in range(3) for row in range(3) if (column, row) != (1, 1)]
    for number, (column, row) in enumerate(tiles):
        await drawn(incubation, f"330106-T{number}", area(square(column * 1200, row * 1200)))
    whole = await uncovered(incubation)
    assert sorted(one["what"] for one in whole) == ["gap"] + ["organization"] * 7
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answered = await incubation.get("/areas/uncovered", limit=3, **cursor)
        found += answered["items"]
        if answered["next_cursor"] is None:
            break
        cursor = {"cursor": answered["next_cursor"]}
    assert found == whole
