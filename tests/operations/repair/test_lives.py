"""Whole lives through all four services: ended and registered again, grown, moved; nothing differs afterwards."""

from typing import Any

import pytest

from shuangfu.reconciliation.checks import find_differences
from shuangfu.services import SERVICES, load, make_worker
from tests.operations.repair.conftest import World

pytestmark = pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)


def on(day: int, **changes: Any) -> dict[str, Any]:
    return {"as_of": f"2026-04-{day:02d}T09:00:00+08:00", **changes}


async def parties(world: World) -> list[dict[str, Any]]:
    response = await world.clients["registry"].get("/v1/party-organizations", params={"limit": 500})
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def differing(world: World) -> dict[tuple[str, str], list[str]]:
    found = await find_differences(world.settings, SERVICES, 0.0)
    return {(one.service, one.check): one.examples for one in found if one.differ}


async def test_t01_ended_and_registered_again_twice__one_branch_and_one_grant(world: World) -> None:
    await world.register(1)
    await world.settle()
    assert await world.approve_all() == 1
    await world.settle()
    [before] = await parties(world)
    assert await world.rate_and_pay() == 1
    for day in (1, 3):
        await world.register(1, **on(day, status="deregistered"))
        await world.settle()
        assert await parties(world) == []
        await world.register(1, **on(day + 1))
        await world.settle()
        assert await world.approve_all() == 1
        await world.settle()
        [after] = await parties(world)
        assert (after["id"], after["established_on"]) == (before["id"], before["established_on"])
    grants = (await world.clients["funding"].get("/v1/grants")).json()["items"]
    assert [grant["state"] for grant in grants] == ["paid"]
    assert await differing(world) == {}


async def test_t04_grown_from_3_to_120__is_paid_as_a_committee(world: World) -> None:
    await world.register(1)
    await world.settle()
    await world.approve_all()
    await world.settle()
    await world.register(1, 120, **on(1, full_time_staff=200))
    await world.settle()
    assert await world.approve_all() == 1
    await world.settle()
    [party] = await parties(world)
    assert (party["kind"], party["name"]) == ("COMMITTEE", "中共示例社会组织1委员会")
    assert await world.rate_and_pay() == 1
    [grant] = (await world.clients["funding"].get("/v1/grants")).json()["items"]
    assert (grant["amount_fen"], grant["state"]) == (2_000_000, "paid")
    assert await differing(world) == {}


async def test_t50_moved_over_a_boundary__everything_is_where_it_is(world: World) -> None:
    await world.register(1)
    await world.settle()
    await world.approve_all()
    await world.settle()
    await world.register(1, **on(1, division="330105"))
    await world.settle()
    coverage: dict[str, Any] = {}
    for division in ("330106", "330105"):
        response = await world.clients["registry"].get("/v1/coverage", params={"division": division})
        coverage[division] = [response.json()[name] for name in ("organizations", "standalone", "covered")]
    assert coverage == {"330106": [0, 0, 0], "330105": [1, 1, 1]}
    assert await world.rate_and_pay() == 1
    [grant] = (await world.clients["funding"].get("/v1/grants", params={"division": "330105"})).json()["items"]
    assert grant["state"] == "paid"
    for service in ("incubation", "evaluation", "funding"):
        [row] = await world.rows(service, "SELECT division FROM party_organizations")
        assert row["division"] == "330105", service
    assert await differing(world) == {}


async def test_t08_approved_while_it_was_deregistered__the_case_is_closed(world: World) -> None:
    await world.register(1)
    await world.settle()
    stopped = world.workers["incubation"]
    await stopped.stop()
    # Its connections and its notifier too: nobody refers to them once another worker is in its place.
    await stopped.database.close()
    await world.register(1, **on(1, status="deregistered"))
    assert await world.approve_all() == 1, "incubation has not heard of it"
    restarted = world.workers["incubation"] = make_worker(load("incubation"), world.settings["incubation"])
    restarted.start()
    await world.settle()
    [case] = (await world.clients["incubation"].get("/v1/formation-cases")).json()["items"]
    assert (case["state"], case["party_organization_id"]) == ("closed", None)
    assert await differing(world) == {}
