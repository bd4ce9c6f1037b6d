"""S15: one area Party organization for each street, formed by its first case and extended by the others."""

import asyncio

from tests.incubation.conftest import Incubation, Organization, dissolved, established

FORMED, EXTENDED = "party_organization.formed", "party_organization.extended"


async def test_s15_the_first_case_of_a_street_forms_its_area_the_second_joins_it(incubation: Incubation) -> None:
    first, second, elsewhere, nowhere = (
        Organization(1),
        Organization(2),
        Organization(3, street="文新街道"),
        Organization(4, street=None),
    )
    await incubation.deliver(*(o.state(0) for o in (first, second, elsewhere, nowhere)))
    areas = [(await incubation.approve(o))["party_organization_id"] for o in (first, second, elsewhere, nowhere)]
    assert areas[0] == areas[1]
    assert len(set(areas)) == 3
    formed, extended = await incubation.emitted(FORMED), await incubation.emitted(EXTENDED)
    assert [row["data"]["name"] for row in formed] == [
        f"中共{place}社会组织片区支部" for place in ("翠苑街道", "文新街道", "330106")
    ]
    assert {(row["data"]["form"], row["data"]["kind"]) for row in formed} == {("area", "BRANCH")}
    [event] = extended
    assert (event["subject"], event["sequence"], event["key"]) == (areas[0], 2, areas[0])
    assert event["data"]["organization_ids"] == [str(second.id)]
    assert [reason["rule"] for reason in event["data"]["reasons"]] == ["S15", "R-body-above"]
    assert formed[0]["key"] == areas[0], "one key: its forming comes before what extends it"


async def test_s15_one_street_approved_many_times_at_once_has_one_area(incubation: Incubation) -> None:
    organizations = [Organization(n) for n in range(1, 7)]
    await incubation.deliver(*(o.state(0) for o in organizations))
    areas = {found["party_organization_id"] for found in await asyncio.gather(*map(incubation.approve, organizations))}
    assert len(areas) == 1
    assert len(await incubation.emitted(FORMED)) == 1
    emitted = await incubation.rows("SELECT sequence FROM outbox WHERE type LIKE '%party_o%' ORDER BY sequence")
    assert [row["sequence"] for row in emitted] == [1, 2, 3, 4, 5, 6]


async def test_s15_a_street_whose_area_was_dissolved_gets_a_new_one(incubation: Incubation) -> None:
    first, second = Organization(1), Organization(2)
    await incubation.deliver(first.state(0))
    area = (await incubation.approve(first))["party_organization_id"]
    [formed] = await incubation.emitted(FORMED)
    party = established("area", first, party=formed["data"]["party_organization_id"])
    await incubation.deliver(party, first.ended(), dissolved(party.data.id))
    await incubation.deliver(second.state(0))
    assert (await incubation.approve(second))["party_organization_id"] != area
    assert len(await incubation.emitted(FORMED)) == 2
    assert await incubation.emitted(EXTENDED) == []


async def test_t59_one_street_in_two_ways_of_writing_has_one_area(incubation: Incubation) -> None:
    written = ("文新街道", "西湖区文新街道", "文新街道办事处", " 文新 街道")
    organizations = [Organization(n, street=street) for n, street in enumerate(written, start=1)]
    await incubation.deliver(*(one.state(0) for one in organizations))
    assert len({(await incubation.approve(one))["party_organization_id"] for one in organizations}) == 1
    [formed] = await incubation.emitted(FORMED)
    assert (formed["data"]["name"], formed["data"]["street"]) == ("中共文新街道社会组织片区支部", "文新街道")


async def test_t59_words_for_no_street_stand_for_the_division(incubation: Incubation) -> None:
    organizations = [Organization(n, street=street) for n, street in enumerate((None, "无", "-"), start=1)]
    await incubation.deliver(*(one.state(0) for one in organizations))
    assert len({(await incubation.approve(one))["party_organization_id"] for one in organizations}) == 1
    assert [row["data"]["street"] for row in await incubation.emitted(FORMED)] == [None]
