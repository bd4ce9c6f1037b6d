"""Stations in villages and communities, and units whose members two bodies manage together (H11)."""

import asyncio
from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.meetings.helpers import CITY, STREET, outcomes, recorded
from tests.incubation.stations.helpers import MANAGED, UNIT, manage, prepare, put_station
from tests.registry.bodies.helpers import pointers


@pytest.fixture(autouse=True)
async def prepared(incubation: Incubation) -> None:
    await prepare(incubation)


async def test_h11_station__is_recorded_changed_and_ended(incubation: Incubation) -> None:
    same = await put_station(incubation)
    assert (same.status_code, same.headers["ETag"]) == (200, '"1"')
    renamed = await put_station(incubation, name="翠苑一区工作站")
    assert (renamed.json()["name"], renamed.json()["version"]) == ("翠苑一区工作站", 2)
    ended = await put_station(incubation, until="2026-06-01")
    assert (ended.json()["from"], ended.json()["until"]) == ("2026-02-01", "2026-06-01")
    for day, count in (("2026-01-31", 0), ("2026-02-01", 1), ("2026-05-31", 1), ("2026-06-01", 0)):
        assert len((await incubation.get("/stations", on=day))["items"]) == count
    assert (await incubation.get("/stations/CY-1"))["community"] == "翠苑一区社区"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"committee": "CUIYUAN"}, "/committee"),
        ({"committee": "NOBODY"}, "/committee"),
        ({"from": "2025-12-31"}, "/committee"),
        ({"until": "2026-02-01"}, "/until"),
        ({"division": "330199"}, "/division"),
    ],
)
async def test_h11_station__of_another_body_or_day_is_refused(
    incubation: Incubation, changes: dict[str, Any], pointer: str
) -> None:
    assert pointers(await put_station(incubation, "CY-2", **changes)) == [pointer]
    assert [one["code"] for one in (await incubation.get("/stations"))["items"]] == ["CY-1"]


async def test_h11_station__code_is_one_stations_anywhere(incubation: Incubation, token_for: TokenFor) -> None:
    other = {"Authorization": f"Bearer {token_for('district_officer', ('330105',), subject='别区')}"}
    body = {**(await incubation.get("/stations/CY-1")), "division": "330105"}
    given = {name: body[name] for name in ("name", "division", "street", "community", "committee", "from")}
    taken = await incubation.http.put("/v1/stations/CY-1", json=given, headers=other)
    assert pointers(taken) == ["/path/code"]


async def test_h11_unit__is_managed_by_two_different_bodies(incubation: Incubation) -> None:
    made = await manage(incubation)
    found = made.json()
    assert made.status_code == 201, made.text
    assert (found["committee"], found["territorial"], found["uscc"]) == ("INCUBATOR", "CUIYUAN", UNIT.code)
    assert outcomes(found) == [("H11", "two_bodies")]
    assert found["reasons"][0]["facts"]["bodies"] == ["INCUBATOR", "CUIYUAN"]
    assert (await incubation.get(f"/managed-units/{found['id']}"))["station"] == "CY-1"
    assert (await incubation.get("/stations/CY-1"))["units"] == 1


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"territorial": "INCUBATOR"}, ["/territorial"]),
        ({"territorial": "NOBODY"}, ["/territorial"]),
        ({"territorial": "CITY"}, ["/territorial"]),
        ({"territorial": "BEISHAN"}, ["/territorial"]),
        ({"organization": "51330100PDY00001X2"}, ["/organization"]),
        ({"organization": Organization(2).code}, ["/organization"]),
        ({"organization": Organization(3).code}, ["/organization"]),
        ({"from": "2026-01-31"}, ["/from"]),
        ({"from": "2026-02-28"}, ["/from"]),  # the day before it was registered
    ],
)
async def test_h11_unit__by_the_same_body_twice_or_none_of_the_territory_is_refused(
    incubation: Incubation, changes: dict[str, Any], found: list[str]
) -> None:
    elsewhere, ended = Organization(2, division="330105"), Organization(3)
    beishan = recorded("BEISHAN", **{**STREET, "street": "北山街道"})
    await incubation.deliver(recorded("CITY", **CITY), beishan, elsewhere.state(1), ended.state(1), ended.ended())
    assert pointers(await manage(incubation, **changes)) == found
    assert (await incubation.get("/managed-units"))["items"] == []


async def test_h11_unit__passes_to_another_body_without_a_gap(incubation: Incubation) -> None:
    first = (await manage(incubation)).json()
    await incubation.deliver(recorded("XIHU"))
    assert pointers(await manage(incubation, territorial="XIHU")) == ["/from"]
    second = await manage(incubation, territorial="XIHU", **{"from": "2026-04-01"})
    assert second.status_code == 201, second.text
    before = await incubation.get(f"/managed-units/{first['id']}")
    assert (before["from"], before["until"]) == ("2026-03-01", "2026-04-01")
    for day, body in (("2026-03-31", "CUIYUAN"), ("2026-04-01", "XIHU")):
        [one] = (await incubation.get("/managed-units", on=day))["items"]
        assert one["territorial"] == body


async def test_h11_unit__keeps_its_station_until_it_ends(incubation: Incubation) -> None:
    made = (await manage(incubation)).json()
    # The station exists on all days of the unit's.
    assert (await put_station(incubation, **{"from": "2026-02-15"})).status_code == 200
    beyond = ({"until": "2026-05-01"}, {"from": "2026-03-02"}, {"committee": "OTHER"}, {"street": "北山街道"})
    for changes in beyond:
        await incubation.deliver(recorded("OTHER", kind="incubator_committee", structure="GENERAL"))
        refused = await put_station(incubation, **changes)
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:station-in-use")
        assert refused.json()["units"] == 1
    url, why = f"/managed-units/{made['id']}/ending", {"until": "2026-05-01", "reason": "组织已搬离"}
    assert pointers(await incubation.post(url, {**why, "until": "2026-03-01"})) == ["/until"]
    assert (await incubation.post(url, why, **{"If-Match": '"9"'})).status_code == 412
    ended = await incubation.post(url, why)
    assert (ended.json()["until"], ended.json()["history"][-1]["note"]) == ("2026-05-01", "组织已搬离")
    assert pointers(await incubation.post(url, why)) == ["/until"]
    assert (await put_station(incubation, until="2026-05-01")).status_code == 200
    again = await manage(incubation, **{"from": "2026-05-01"})
    assert pointers(again) == ["/from"]


async def test_h11_unit__is_at_one_station_on_each_day_of_the_past_too(incubation: Incubation) -> None:
    made = (await manage(incubation)).json()
    await incubation.post(f"/managed-units/{made['id']}/ending", {"until": "2026-10-01", "reason": "组织已搬离"})
    assert (await put_station(incubation, "CY-2")).status_code == 201
    assert pointers(await manage(incubation, "CY-2", **{"from": "2026-06-01"})) == ["/from"]
    assert (await manage(incubation, "CY-2", **{"from": "2026-10-01"})).status_code == 201
    for day, station in (("2026-09-30", "CY-1"), ("2026-10-01", "CY-2")):
        [one] = (await incubation.get("/managed-units", on=day))["items"]
        assert one["station"] == station


async def test_h11_station__whose_units_have_left_may_change(incubation: Incubation) -> None:
    made = (await manage(incubation)).json()
    await incubation.post(f"/managed-units/{made['id']}/ending", {"until": "2026-05-01", "reason": "组织已搬离"})
    await incubation.deliver(recorded("OTHER", kind="incubator_committee", structure="GENERAL"))
    assert (await put_station(incubation, committee="OTHER")).status_code == 200


async def test_h11_station_and_unit__of_two_requests_at_once_are_one(incubation: Incubation) -> None:
    assert (await put_station(incubation, "CY-2")).status_code == 201
    put = await asyncio.gather(*(put_station(incubation, "CY-3") for _ in range(4)))
    assert sorted(one.status_code for one in put) == [200, 200, 200, 201]
    answers = await asyncio.gather(manage(incubation, "CY-1"), manage(incubation, "CY-2"))
    assert sorted(one.status_code for one in answers) == [201, 422]


async def test_h11_unit__once_with_a_key(incubation: Incubation) -> None:
    answers = [await incubation.post("/stations/CY-1/units", MANAGED, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert len((await incubation.get("/managed-units", organization=str(UNIT.id)))["items"]) == 1
