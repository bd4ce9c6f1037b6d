"""D8: number and form of a founding, and why there is no Party organization yet."""

from typing import Any
from uuid import UUID

import pytest

from services.incubation.formation.founding import WhyNot, why_not_established
from services.incubation.formation.rules import CaseState
from shared.contracts.incubation import Outcome
from tests.incubation.conftest import PLANNED, Incubation, Organization, dissolved, established
from tests.incubation.joint_plans.helpers import FORMED, TOWER, create_plan, group
from tests.registry.bodies.helpers import pointers

ACT = {"founding_number": "杭两新〔2026〕1号", "founding_form": "with_competent_unit"}


async def stated(incubation: Incubation) -> dict[str, Any]:
    [event] = await incubation.emitted(FORMED)
    return {name: event["data"][name] for name in ACT}


async def test_d8_founding__states_the_number_of_its_approval_and_its_form(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    path = f"/formation-cases/{(await incubation.case(one))['id']}/approval"
    assert pointers(await incubation.post(path, {"founding_form": "by_post"})) == ["/founding_form"]
    assert (await incubation.post(path, ACT)).status_code == 200
    assert await stated(incubation) == ACT


async def test_d8_founding__of_a_joint_branch_too_and_need_not_be_stated(incubation: Incubation) -> None:
    await incubation.deliver(*(unit.state(1) for unit in group(1, 3, TOWER)))
    plan = await create_plan(incubation)
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval", ACT)).status_code == 200
    assert await stated(incubation) == ACT
    one = Organization(9)
    await incubation.deliver(one.state(3))
    await incubation.approve(one)
    last = (await incubation.emitted(FORMED))[-1]["data"]
    assert (last["founding_number"], last["founding_form"]) == (None, None)


async def test_d8_founding__is_not_stated_where_nothing_is_founded(incubation: Incubation) -> None:
    area, again = Organization(1), Organization(2)
    await incubation.deliver(area.state(0), again.state(3))
    covered = f"/formation-cases/{(await incubation.case(area))['id']}/approval"
    assert pointers(await incubation.post(covered, ACT)) == ["/founding_number", "/founding_form"]
    former = UUID((await incubation.approve(again))["party_organization_id"])
    await incubation.deliver(established("standalone", again, party=former), dissolved(former))
    await incubation.deliver(again.state(4))
    path = f"/formation-cases/{(await incubation.pending(again))['id']}/approval"
    assert pointers(await incubation.post(path, ACT)) == ["/founding_number", "/founding_form"], "it is restored"
    assert (await incubation.post(path, {**ACT, "former_not_restored": "另行组建"})).status_code == 200


@pytest.mark.parametrize(
    ("state", "outcome", "has_members", "instructor", "why"),
    [
        ("open", "standalone", False, False, "due_not_built"),
        ("open", "joint", False, False, "fewer_than_three_members"),
        ("open", "area", False, False, "no_members"),
        ("open", "area", True, False, "fewer_than_three_members"),
        ("deferred", "standalone", False, True, "instructor_sent"),
        ("deferred", "joint", False, False, "fewer_than_three_members"),
        ("approved", "area", False, False, "no_members"),
        ("approved", "standalone", False, False, None),
        ("approved", "joint", False, True, None),
        ("closed", "area", False, False, None),
    ],
)
def test_d8_why_not_established__follows_from_the_check_and_what_became_of_it(
    state: CaseState, outcome: Outcome, has_members: bool, instructor: bool, why: WhyNot | None
) -> None:
    assert why_not_established(state, "formation", outcome, has_members=has_members, instructor=instructor) == why
    assert why_not_established(state, "kind", outcome, has_members=has_members, instructor=instructor) is None


async def test_d8_why_not_established__is_shown_with_each_case(incubation: Incubation) -> None:
    ones = {(3, 0): "due_not_built", (1, 0): "fewer_than_three_members", (0, 0): "no_members"}
    ones[0, 2] = "fewer_than_three_members"
    for number, ((members, probationary), why) in enumerate(ones.items(), 10):
        one = Organization(number)
        await incubation.deliver(one.state(members, probationary_members=probationary))
        case = await incubation.case(one)
        assert case["why_not_established"] == why
        deferred = await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)
        assert deferred.json()["why_not_established"] == "instructor_sent"
