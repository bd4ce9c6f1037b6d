"""S15: an organization without members is covered by the area that it lies in, else by its street's."""

from typing import Any
from uuid import uuid4

import pytest

from services.incubation.area_branches import actions
from tests.incubation.areas.helpers import area, at, square
from tests.incubation.areas.test_areas import CODE, OTHER, day, drawn, placed
from tests.incubation.conftest import Incubation, Organization, dissolved, established

FORMED, EXTENDED = "party_organization.formed", "party_organization.extended"


async def covered(incubation: Incubation, *organizations: Organization, party: str, sequence: int = 1) -> None:
    """The registry states that an area's Party organization covers these."""
    await incubation.deliver(established("area", *organizations, party=party, sequence=sequence))  # type: ignore[arg-type]


async def asked(incubation: Incubation) -> list[tuple[str, list[str]]]:
    """Whom the registry was asked to cover by which Party organization, in order."""
    rows = await incubation.rows(
        "SELECT data FROM outbox WHERE type LIKE '%party_organization.formed.v1' "
        "OR type LIKE '%party_organization.extended.v1' ORDER BY seq"
    )
    return [(row["data"]["party_organization_id"], row["data"]["organization_ids"]) for row in rows]


async def test_s15_approval__covers_by_the_drawn_area_of_the_position(incubation: Incubation) -> None:
    inside, also, outside = placed(1, 600, 600), placed(2, 700, 700), placed(3, 5000, 600)
    await drawn(incubation, body=area(name="翠苑一区"))
    await incubation.deliver(inside[1], also[1], outside[1])
    parties = [(await incubation.approve(one))["party_organization_id"] for one in (inside[0], also[0], outside[0])]
    assert parties[0] == parties[1] != parties[2]
    formed = await incubation.emitted(FORMED)
    assert [(row["data"]["name"], row["data"]["street"]) for row in formed] == [
        ("中共翠苑一区社会组织片区支部", None),
        ("中共翠苑街道社会组织片区支部", "翠苑街道"),
    ]
    assert (await incubation.get(f"/areas/{CODE}"))["party_organization_id"] == parties[0]


async def test_s15_drawing__whom_the_street_covers_falls_to_the_area(incubation: Incubation) -> None:
    inside, outside = placed(1, 600, 600), placed(2, 5000, 600)
    await incubation.deliver(inside[1], outside[1])
    street = (await incubation.approve(inside[0]))["party_organization_id"]
    await incubation.approve(outside[0])
    await covered(incubation, inside[0], outside[0], party=street)
    await drawn(incubation)
    own = (await incubation.get(f"/areas/{CODE}"))["party_organization_id"]
    assert own != street
    formed = (await incubation.emitted(FORMED))[-1]["data"]
    case = await incubation.case(inside[0])
    assert (formed["party_organization_id"], formed["organization_ids"]) == (own, [str(inside[0].id)])
    assert formed["decision_id"] == case["id"], "the case that had it covered"
    assert [reason["rule"] for reason in formed["reasons"]] == ["S15"]
    # Until the registry answers, nothing is asked twice; then it is as it should be.
    before = await asked(incubation)
    await incubation.deliver(inside[0].state(0, location=dict(zip(("lon", "lat"), at(650, 600), strict=True))))
    await covered(incubation, inside[0], party=own)
    await covered(incubation, outside[0], party=street, sequence=2)
    await drawn(incubation, body=area(square(wide=1300)))
    assert await asked(incubation) == before


async def test_s15_drawing__a_changed_line_moves_whom_it_leaves_and_takes_in(incubation: Incubation) -> None:
    organization, state = placed(1, 1100, 600)
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    await incubation.deliver(state)
    first = (await incubation.approve(organization))["party_organization_id"]
    await covered(incubation, organization, party=first)
    await drawn(incubation, body=area(square(wide=1000)))
    # In no drawn area any more: its street's, which has no Party organization yet, and gets it by the same case.
    street, ids = (await asked(incubation))[-1]
    assert (street != first, ids) == (True, [str(organization.id)])
    before = await asked(incubation)
    lon, lat = at(1101, 600)
    await incubation.deliver(organization.state(0, location={"lon": lon, "lat": lat}))
    assert await asked(incubation) == before, "until the registry answers, nothing is asked twice"
    await covered(incubation, organization, party=street)
    await drawn(incubation, OTHER, area(square(1000)))
    other = (await incubation.get(f"/areas/{OTHER}"))["party_organization_id"]
    assert (await asked(incubation))[-1] == (other, [str(organization.id)])


async def test_s15_drawing__leaves_whom_others_cover_where_they_are(incubation: Incubation) -> None:
    organization = Organization(1)
    lon, lat = at(600, 600)
    await incubation.deliver(organization.state(3, location={"lon": lon, "lat": lat}))
    await incubation.deliver(established("standalone", organization))
    await drawn(incubation)
    assert await asked(incubation) == []
    assert (await incubation.get("/areas"))["items"][0]["organizations"] == 1


async def test_s15_linking__an_area_takes_the_party_organization_that_stands_there(incubation: Incubation) -> None:
    taken_over, other = placed(1, 600, 600), placed(2, 600, 700)
    standing = established("area", taken_over[0])
    await incubation.deliver(taken_over[1], standing)
    await drawn(incubation)
    assert await asked(incubation) == [], "no case had it covered: it stays where it is"
    linked = await drawn(incubation, body=area(party_organization_id=str(standing.data.id), name="翠苑二区"))
    assert linked["party_organization_id"] == str(standing.data.id)
    await incubation.deliver(other[1])
    assert (await incubation.approve(other[0]))["party_organization_id"] == str(standing.data.id)
    [event] = await incubation.emitted(EXTENDED)
    assert event["data"]["organization_ids"] == [str(other[0].id)]


async def test_t30_drawing__many_bodies_are_stated_in_bounded_events(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_COVERED", 4)
    bodies = [placed(number, 100 + number, 600) for number in range(1, 11)]
    await incubation.deliver(*(state for _, state in bodies))
    street = ""
    for organization, _ in bodies:
        street = (await incubation.approve(organization))["party_organization_id"]
    await covered(incubation, *(organization for organization, _ in bodies), party=street)
    await drawn(incubation)
    own = (await incubation.get(f"/areas/{CODE}"))["party_organization_id"]
    lists = [ids for party, ids in await asked(incubation) if party == own]
    assert [len(ids) for ids in lists] == [4, 4, 2]
    assert sorted(one for ids in lists for one in ids) == sorted(str(organization.id) for organization, _ in bodies)
    rows = await incubation.rows("SELECT sequence FROM outbox WHERE subject = CAST(:id AS text) ORDER BY seq", id=own)
    assert [row["sequence"] for row in rows] == [1, 2, 3]


async def test_s15_moving__an_organization_that_moves_changes_its_area(incubation: Incubation) -> None:
    organization, state = placed(1, 600, 600)
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200)))
    await incubation.deliver(state)
    first = (await incubation.approve(organization))["party_organization_id"]
    await covered(incubation, organization, party=first)
    lon, lat = at(1800, 600)
    moved: Any = organization.state(0, location={"lon": lon, "lat": lat})
    await incubation.deliver(moved)
    other = (await incubation.get(f"/areas/{OTHER}"))["party_organization_id"]
    assert (await asked(incubation))[-1] == (other, [str(organization.id)])


async def test_s15_reorganization__whom_the_registry_gives_to_the_street_falls_to_the_drawn_area(
    incubation: Incubation,
) -> None:
    """A dissolution with `to: area` names the street's: in which drawn area one lies the registry does not know."""
    first, second, outside = placed(1, 600, 600), placed(2, 700, 700), placed(3, 5000, 600)
    await drawn(incubation)
    await incubation.deliver(first[1], outside[1])
    own, street = [(await incubation.approve(one[0]))["party_organization_id"] for one in (first, outside)]
    await covered(incubation, first[0], party=own)
    joint = uuid4()
    await incubation.deliver(second[1], established("joint", second[0], party=joint))
    before = await asked(incubation)
    await incubation.deliver(dissolved(joint))
    await covered(incubation, outside[0], second[0], party=street)
    assert (await asked(incubation))[len(before) :] == [(own, [str(second[0].id)])]
