"""Decision 59: the body above approves, by affiliation, industry or territory; who and for which body is kept."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import PLANNED, Incubation, Organization, dissolved, established
from tests.incubation.formation.superiors.helpers import (
    CITY,
    DISTRICT,
    LAWYERS,
    NEIGHBOUR,
    REFUSED,
    Officers,
    belonging,
    opened,
)
from tests.incubation.joint_plans.helpers import create_plan, group, states


@pytest.fixture
def officers(incubation: Incubation, token_for: TokenFor) -> Officers:
    return Officers(incubation, token_for)


async def test_decision_59_approval__is_kept_with_the_body_and_the_actor(
    incubation: Incubation, officers: Officers
) -> None:
    case = await opened(incubation, Organization(1))
    assert case["above"]["body"] == {"code": DISTRICT, "name": DISTRICT, "level": "district", "division": "330106"}
    assert [reason["rule"] for reason in case["above"]["reasons"]] == ["R-territory"]
    approved = await officers.approve(case, bodies=[DISTRICT])
    assert approved.status_code == 200, approved.text
    last = approved.json()["history"][-1]
    assert (last["step"], last["by"], last["body"]) == ("approval", "officer", DISTRICT)
    [reason] = last["reasons"]
    facts = {"body": DISTRICT, "name": DISTRICT, "level": "district", "division": "330106"}
    assert (reason["rule"], reason["outcome"], reason["facts"]) == ("R-body-above", "body", facts | {"by": "officer"})
    assert reason["text"]
    [event] = await incubation.emitted("party_organization.formed")
    [published] = [one for one in event["data"]["reasons"] if one["rule"] == "R-body-above"]
    assert published["facts"] == facts, "an event names no actor"
    [row] = await incubation.rows("SELECT body, taken_by, reasons FROM formation_case_steps")
    assert (row["body"], row["taken_by"], row["reasons"][0]["facts"]["by"]) == (DISTRICT, "officer", "officer")


@pytest.mark.parametrize(
    ("kind", "division", "bodies", "outcome"),
    [
        # The district's own case: by its body's token, by one of its division, by one of its city.
        ("social_group", "330106", [DISTRICT], "body"),
        ("social_group", "330106", [], "division"),
        ("social_group", "3301", [], "division"),
        ("social_group", "3301", [CITY, DISTRICT], "body"),
        # A token that names bodies acts for these alone.
        ("social_group", "3301", [CITY], None),
        ("social_group", "330106", [NEIGHBOUR], None),
        # A law firm's is the lawyers' committee's, which is the city's (S3, D17).
        ("law_firm", "330106", [], None),
        ("law_firm", "330106", [DISTRICT], None),
        ("law_firm", "3301", [], "division"),
        ("law_firm", "3301", [LAWYERS], "body"),
    ],
)
async def test_decision_59_approval__is_for_the_body_above(
    incubation: Incubation, officers: Officers, kind: str, division: str, bodies: Sequence[str], outcome: str | None
) -> None:
    case = await opened(incubation, Organization(1), kind=kind)
    path = f"/formation-cases/{case['id']}"
    shown = await officers.get(path, division=division, bodies=bodies)
    assert {step["allowed"] for step in shown["next_steps"]} == {outcome is not None}
    answer = await officers.approve(case, division=division, bodies=bodies)
    if outcome is None:
        found, above = answer.json(), LAWYERS if kind == "law_firm" else DISTRICT
        assert (answer.status_code, found["type"], found["body"]) == (403, REFUSED, above)
        assert above in found["detail"]
        assert {step["problem"] for step in shown["next_steps"]} == {"not-the-body-above"}
        assert (await incubation.case(Organization(1)))["version"] == case["version"]
        assert await incubation.emitted("party_organization.formed") == []
    else:
        assert answer.json()["history"][-1]["reasons"][0]["outcome"] == outcome


async def test_decision_59_approval__where_no_body_is_recorded_is_the_division_s(
    incubation: Incubation, officers: Officers
) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    case = await incubation.case(one)
    assert case["above"]["body"] is None
    assert [reason["outcome"] for reason in case["above"]["reasons"]] == ["not_recorded"]
    last = (await officers.approve(case)).json()["history"][-1]
    assert (last["body"], last["reasons"][0]["outcome"]) == (None, "division")


async def test_decision_59_deferral__is_the_body_above_s_too(incubation: Incubation, officers: Officers) -> None:
    case = await opened(incubation, Organization(1), kind="law_firm")
    path = f"/formation-cases/{case['id']}/deferral"
    assert (await officers.post(path, PLANNED)).json()["type"] == REFUSED
    deferred = await officers.post(path, PLANNED, division="3301", bodies=[LAWYERS])
    assert (deferred.json()["state"], deferred.json()["history"][-1]["body"]) == ("deferred", LAWYERS)


async def test_s21_change_of_kind__is_for_the_body_that_it_belongs_to(
    incubation: Incubation, officers: Officers
) -> None:
    one, party = Organization(1), uuid4()
    await opened(incubation, one)
    await incubation.deliver(belonging(party, LAWYERS, "standalone", one), one.state(60))
    case = await incubation.pending(one)
    assert (case["occasion"], case["above"]["body"]["code"]) == ("kind", LAWYERS)
    assert [(reason["rule"], reason["outcome"]) for reason in case["above"]["reasons"]] == [("S21", "affiliated")]
    assert (await officers.approve(case)).json()["body"] == LAWYERS
    assert (await officers.approve(case, division="3301", bodies=[LAWYERS])).status_code == 200


async def test_s21_area__is_for_the_body_that_its_party_organization_belongs_to(
    incubation: Incubation, officers: Officers
) -> None:
    first, second = Organization(1), Organization(2)
    case = await opened(incubation, first, 0)
    approved = (await officers.approve(case)).json()
    from_registry = belonging(approved["party_organization_id"], CITY, "area", first)
    await incubation.deliver(from_registry, second.state(0))
    case = await incubation.case(second)
    assert case["above"]["body"]["code"] == CITY
    assert (await officers.approve(case)).json()["body"] == CITY


async def test_s21_former_branch__is_for_the_body_that_it_belonged_to(
    incubation: Incubation, officers: Officers
) -> None:
    one, party = Organization(1), uuid4()
    case = await opened(incubation, one)
    party = (await officers.approve(case)).json()["party_organization_id"]
    await incubation.deliver(belonging(party, CITY, "standalone", one), one.ended(), dissolved(party))
    await incubation.deliver(one.state(3))
    assert (await incubation.pending(one))["above"]["body"]["code"] == CITY


async def test_s21_affiliation__to_a_body_that_ended_gives_way_to_the_default(
    incubation: Incubation,
) -> None:
    one, party = Organization(1), uuid4()
    await opened(incubation, one)
    await incubation.deliver(belonging(party, "HZ-GONE", "standalone", one), one.state(60))
    assert (await incubation.pending(one))["above"]["body"]["code"] == DISTRICT


async def test_decision_59_joint_plan__leaves_out_what_is_for_another_body(
    incubation: Incubation, officers: Officers
) -> None:
    lawyers, others = group(1, 3), group(11, 3, "示例大厦", street="文新街道")
    await opened(incubation, Organization(99))
    await incubation.deliver(*(one.state(1, kind="law_firm") for one in lawyers), *(one.state(1) for one in others))
    plan = await create_plan(incubation)
    [theirs] = [one for one in plan["proposals"] if lawyers[0].code in {o["uscc"] for o in one["organizations"]}]
    refused = await officers.post(f"/joint-plans/{theirs['id']}/approval")
    assert (refused.status_code, refused.json()["body"]) == (403, LAWYERS)
    approved = (await officers.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert sorted(states(approved)) == ["approved", "proposed"]
    again = await officers.post(f"/joint-plans/{plan['id']}/approval")
    assert (again.status_code, again.json()["body"]) == (403, LAWYERS)
    done = await officers.post(f"/joint-plans/{plan['id']}/approval", division="3301", bodies=[LAWYERS])
    assert states(done.json()) == ["approved", "approved"]
    last = (await incubation.case(lawyers[0]))["history"][-1]
    assert (last["body"], last["by"]) == (LAWYERS, "officer")


async def test_decision_59_joint_branch__takes_units_in_by_the_body_that_it_belongs_to(
    incubation: Incubation, officers: Officers
) -> None:
    inside, outside, party = group(1, 2), group(3, 1), uuid4()
    await opened(incubation, Organization(99))
    await incubation.deliver(*(one.state(2) for one in [*inside, *outside]))
    await incubation.deliver(belonging(party, CITY, "joint", *inside))
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    refused = await officers.post(f"/joint-plans/{proposal['id']}/approval")
    assert (refused.status_code, refused.json()["body"]) == (403, CITY)
    assert (await officers.post(f"/joint-plans/{proposal['id']}/approval", division="3301")).status_code == 200


async def test_affiliation__is_projected_and_stays_after_the_end(incubation: Incubation) -> None:
    one, party = Organization(1), uuid4()
    await incubation.deliver(one.state(3, evaluation_type="T05"), belonging(party, CITY, "standalone", one, sequence=3))
    await incubation.deliver(established("standalone", one, party=party, sequence=2))
    await incubation.deliver(dissolved(party, sequence=4))
    [row] = await incubation.rows("SELECT affiliated_to, affiliated_as, sequence FROM party_facts")
    assert (row["affiliated_to"], row["affiliated_as"], row["sequence"]) == (CITY, "other", 4)
    [row] = await incubation.rows("SELECT evaluation_type FROM organizations")
    assert row["evaluation_type"] == "T05"
