"""S13: joint plans over HTTP: created, listed, read."""

from uuid import uuid4

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.joint_plans.helpers import FORMED, PARK, create_plan, group, states


async def test_plan__proposes_those_who_may_share_a_branch(incubation: Incubation) -> None:
    park = group(1, 3)
    lonely, standalone, area, elsewhere = (
        Organization(4, street="灵隐街道"),
        Organization(5, carrier=PARK),
        Organization(6, carrier=PARK),
        Organization(7, carrier=PARK, division="330105"),
    )
    await incubation.deliver(*(o.state(1) for o in park), lonely.state(2), standalone.state(3), area.state(0))
    await incubation.deliver(elsewhere.state(1))
    plan = await create_plan(incubation)
    assert (plan["division"], plan["policy"], plan["version"]) == ("330106", "hz-2013-formation", 2)
    assert (plan["covered"], plan["upper_bound"]) == (3, 3)
    [proposal] = plan["proposals"]
    assert [one["uscc"] for one in proposal["organizations"]] == [one.code for one in park]
    assert (proposal["full_members"], proposal["state"], proposal["party_organization_id"]) == (3, "proposed", None)
    assert proposal["why"] == f"同处{PARK}，共有正式党员3名。"
    [reason] = proposal["reasons"]
    assert (reason["rule"], reason["outcome"], reason["facts"]["code"]) == ("S13", "joint", "same_carrier")
    [unplaced] = plan["unplaced"]
    assert (unplaced["uscc"], unplaced["reasons"][0]["facts"]["code"]) == (lonely.code, "no_neighbour_within_distance")
    assert await incubation.get(f"/joint-plans/{plan['id']}") == plan
    english = await incubation.http.get(f"/v1/joint-plans/{plan['id']}", headers={"Accept-Language": "en"})
    assert english.json()["proposals"][0]["why"] == f"All in {PARK}; 3 full members together."
    assert await incubation.emitted(FORMED) == [], "a plan decides nothing"


async def test_plan__of_nobody_and_of_a_wider_division(incubation: Incubation) -> None:
    empty = await create_plan(incubation)
    assert (empty["proposals"], empty["unplaced"], empty["covered"], empty["upper_bound"]) == ([], [], 0, 0)
    await incubation.deliver(*(o.state(1) for o in group(1, 3)), *(o.state(1) for o in group(11, 3, division="330105")))
    assert (await create_plan(incubation, "330105"))["covered"] == 3
    assert (await create_plan(incubation, "330100"))["division"] == "3301"
    listed = await incubation.get("/joint-plans")
    assert [plan["division"] for plan in listed["items"]] == ["3301", "330105", "330106"]
    assert len((await incubation.get("/joint-plans", division="330105"))["items"]) == 1
    first = await incubation.get("/joint-plans", limit=2)
    rest = await incubation.get("/joint-plans", limit=2, cursor=first["next_cursor"])
    assert [*first["items"], *rest["items"]] == listed["items"]
    for body in ({}, {"division": "x"}, {"division": "330106", "max": 3}):
        assert (await incubation.post("/joint-plans", body)).status_code == 422
    assert (await incubation.http.get(f"/v1/joint-plans/{uuid4()}")).status_code == 404


async def test_plan__of_a_division_outside_ones_scope_names_it(incubation: Incubation, token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for('district_officer', ['330105'])}", "Accept-Language": "en"}
    refused = await incubation.http.post("/v1/joint-plans", json={"division": "330106"}, headers=headers)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "outside-scope")
    assert refused.json()["detail"] == "Division '330106' is not within your divisions."


async def test_plan__shanghai_counts_full_time_members(incubation: Incubation) -> None:
    ones = group(1, 3, division="310101")
    await incubation.deliver(*(o.state(full_members_full_time=1, full_members=16) for o in ones))
    plan = await create_plan(incubation, "310101")
    assert (plan["policy"], plan["proposals"][0]["full_members"]) == ("sh-2015-formation", 3)
    approved = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert states(approved) == ["approved"]
