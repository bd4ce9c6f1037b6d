"""S15: which Party organization is an area's: linked, linked again, and never another division's."""

from dataclasses import replace
from typing import Any

from services.incubation.area_branches.queries import branches_of
from shared.field.policies import PolicyBook
from tests.conftest import SYSTEM
from tests.incubation.areas.helpers import area, at, polygon, square
from tests.incubation.areas.test_areas import CODE, OTHER, day, drawn, placed
from tests.incubation.areas.test_coverage import asked, covered
from tests.incubation.conftest import Incubation, Organization, dissolved, established


async def test_s15_linking__alone_moves_whom_another_covers_at_once(incubation: Incubation) -> None:
    organization, state = placed(1, 600, 600)
    standing = established("area", Organization(9))
    await incubation.deliver(state, established("area", organization), standing)
    before = await drawn(incubation)
    assert await asked(incubation) == [], "no case had it covered: it stays where it is"
    linked = await drawn(incubation, body=area(party_organization_id=str(standing.data.id)))
    assert (linked["version"], linked["party_organization_id"]) == (before["version"], str(standing.data.id))
    assert await asked(incubation) == [(str(standing.data.id), [str(organization.id)])]


async def test_s15_linking__again_counts_the_events_on(incubation: Incubation) -> None:
    first, second, third = placed(1, 600, 600), placed(2, 700, 700), placed(3, 800, 800)
    standing = established("area", Organization(9))
    await drawn(incubation)
    await incubation.deliver(first[1], second[1], third[1], standing)
    own = (await incubation.approve(first[0]))["party_organization_id"]
    assert (await incubation.approve(second[0]))["party_organization_id"] == own
    await covered(incubation, first[0], second[0], party=own)
    other = await drawn(incubation, body=area(party_organization_id=str(standing.data.id)))
    assert other["party_organization_id"] == str(standing.data.id)
    again = await drawn(incubation, body=area(party_organization_id=own))
    assert again["party_organization_id"] == own
    assert (await incubation.approve(third[0]))["party_organization_id"] == own
    rows = await incubation.rows("SELECT sequence FROM outbox WHERE subject = CAST(:id AS text) ORDER BY seq", id=own)
    assert [row["sequence"] for row in rows] == [1, 2, 3]


async def test_s15_linking__what_was_linked_before_does_not_stand_for_a_street(incubation: Incubation) -> None:
    organization, state = placed(1, 600, 600)
    first, second, third = established("area", organization), *(established("area", Organization(n)) for n in (8, 9))
    await incubation.deliver(state, first, second, third)
    await drawn(incubation, body=area(party_organization_id=str(first.data.id)))
    await drawn(incubation, OTHER, area(square(1200), party_organization_id=str(second.data.id)))
    lon, lat = at(1800, 600)
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    assert (await asked(incubation))[-1] == (str(second.data.id), [str(organization.id)])
    await incubation.deliver(organization.state(0))
    await drawn(incubation, OTHER, area(square(1200), party_organization_id=str(third.data.id)))
    other = Organization(2)
    await incubation.deliver(other.state(0))
    street = (await incubation.approve(other))["party_organization_id"]
    await incubation.deliver(organization.state(0))
    assert (await asked(incubation))[-1] == (street, [str(organization.id)])


async def test_s15_branches__of_a_street_are_its_own_divisions(incubation: Incubation) -> None:
    here, there = Organization(1), Organization(2, division="330105", street="文新街道")
    await incubation.deliver(here.state(0), there.state(0))
    for one in (here, there):
        await incubation.approve(one)
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        own = await branches_of(tx, [("330106", "翠苑街道"), ("330105", "文新街道")])
        assert own.keys() == {("330106", "翠苑街道"), ("330105", "文新街道")}
        assert await branches_of(tx, [("330105", "翠苑街道"), ("330106", "文新街道")]) == {}


async def leaving(incubation: Incubation, body: Any) -> tuple[Organization, str, str]:
    """An organization that the drawn area covers, and whose own Party organization is approved by now."""
    organization, state = placed(1, 1100, 600)
    await drawn(incubation, body=body)
    await incubation.deliver(state)
    party = (await incubation.approve(organization))["party_organization_id"]
    await covered(incubation, organization, party=party)
    lon, lat = at(1100, 600)
    await incubation.deliver(organization.state(3, location={"lon": lon, "lat": lat}))
    own = (await incubation.approve(organization))["party_organization_id"]
    return organization, party, own


async def test_s15_moving__leaves_whom_an_approved_case_is_about_to_cover(incubation: Incubation) -> None:
    await leaving(incubation, area(**{"from": day(-5).isoformat()}))
    before = await asked(incubation)
    await drawn(incubation, body=area(square(wide=1000)))
    assert await asked(incubation) == before


async def test_s15_moving__takes_whom_the_end_of_its_own_leaves_to_the_area(incubation: Incubation) -> None:
    organization, party, own = await leaving(incubation, area(**{"from": day(-5).isoformat()}))
    lon, lat = at(1100, 600)
    await incubation.deliver(established("standalone", organization, party=own))  # type: ignore[arg-type]
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    await covered(incubation, organization, party=party, sequence=2)
    await incubation.deliver(dissolved(own))  # type: ignore[arg-type]
    [row] = await incubation.rows("SELECT covered_by FROM organizations")
    assert str(row["covered_by"]) == party
    before = await asked(incubation)
    await drawn(incubation, body=area(square(wide=1000)))
    assert (await asked(incubation))[len(before) :] != []


async def test_s15_bodies__as_far_beside_as_a_policy_may_have_it_follow_what_is_drawn(incubation: Incubation) -> None:
    policies = incubation.app.state.policies
    near = [
        replace(one, parameters=one.parameters.model_copy(update={"near_border_m": 100}))
        for one in policies.areas.policies
    ]
    incubation.app.state.policies = replace(policies, areas=PolicyBook(near))
    await incubation.deliver(placed(1, 1295, 600)[1], placed(2, 600, -95)[1], placed(3, 1305, 600)[1])
    await drawn(incubation, body=area())
    rows = await incubation.rows("SELECT area FROM area_bodies WHERE area IS NOT NULL")
    assert [row["area"] for row in rows] == [CODE, CODE]
    assert (await incubation.get(f"/areas/{CODE}"))["polygon"] == polygon()
