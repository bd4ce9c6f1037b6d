"""S13: a proposal that lost a unit is renewed: whoever is left is validated as they are now, and approved."""

from dataclasses import replace
from typing import Any

import pytest

from tests.incubation.conftest import Incubation, Organization, established
from tests.incubation.joint_plans.helpers import FORMED, create_plan, edit, group

RENEW = {"renew": True}


async def four(incubation: Incubation) -> tuple[list[Organization], dict[str, Any]]:
    """Four of two members in one park, in one proposal."""
    ones = group(1, 4)
    await incubation.deliver(*(one.state(2) for one in ones))
    plan = await create_plan(incubation)
    assert [len(one["organizations"]) for one in plan["proposals"]] == [4]
    return ones, plan


async def lose(incubation: Incubation, one: Organization, how: str) -> None:
    """It is deregistered, moves away, founds a branch of its own, or was covered before that was known."""
    if how == "ended":
        await incubation.deliver(one.ended())
    elif how == "moved":
        await incubation.deliver(one.state(2, division="330105"))
    elif how == "founded":
        await incubation.deliver(one.state(3), established("standalone", one))
    else:
        event = established("standalone", one)
        taken_over = event.data.model_copy(update={"taken_over": True})
        await incubation.deliver(replace(event, data=taken_over))


@pytest.mark.parametrize("how", ["ended", "moved", "founded", "taken over"])
@pytest.mark.parametrize("marked", [False, True])
async def test_s13_renew__the_rest_of_a_proposal_is_approved(incubation: Incubation, how: str, marked: bool) -> None:
    ones, plan = await four(incubation)
    [proposal] = plan["proposals"]
    await lose(incubation, ones[0], how)
    if marked:
        shown = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()["proposals"]
        assert [(one["state"], one["outdated_by"]) for one in shown] == [("outdated", [ones[0].code])]
    else:
        refused = await incubation.post(f"/joint-plans/{proposal['id']}/approval")
        assert (refused.status_code, refused.json()["codes"]) == (409, ones[0].code)
        assert "“renew”" in refused.json()["detail"]
    renewed = await edit(incubation, plan, proposal, RENEW)
    assert renewed.status_code == 200, renewed.text
    [now] = renewed.json()["proposals"]
    assert [one["uscc"] for one in now["organizations"]] == [one.code for one in ones[1:]]
    assert (now["state"], now["full_members"], now["outdated_by"], now["fixed"]) == ("proposed", 6, [], True)
    [lost] = renewed.json()["unplaced"]
    assert (lost["uscc"], lost["reasons"][0]["facts"]["code"]) == (ones[0].code, "lost")
    assert lost["why"].endswith("移出原建议。")
    assert renewed.json()["covered"] == 3
    assert (await incubation.post(f"/joint-plans/{proposal['id']}/approval")).status_code == 200
    [event] = await incubation.emitted(FORMED)
    assert event["data"]["organization_ids"] == [str(one.id) for one in ones[1:]]


async def test_s13_renew__takes_the_numbers_of_today(incubation: Incubation) -> None:
    ones, plan = await four(incubation)
    [proposal] = plan["proposals"]
    await incubation.deliver(ones[1].state(1, probationary_members=1))
    assert (await incubation.post(f"/joint-plans/{proposal['id']}/approval")).status_code == 409
    renewed = await edit(incubation, plan, proposal, RENEW)
    [now] = renewed.json()["proposals"]
    assert (now["full_members"], now["total_members"], len(now["organizations"])) == (7, 8, 4)
    assert (renewed.json()["unplaced"], renewed.json()["covered"]) == ([], 4)
    assert (await incubation.post(f"/joint-plans/{proposal['id']}/approval")).status_code == 200


async def test_s13_renew__of_too_few_that_are_left_is_refused_and_of_nobody_ends_it(incubation: Incubation) -> None:
    ones, plan = await four(incubation)
    [proposal] = plan["proposals"]
    await incubation.deliver(*(one.ended() for one in ones[:3]))
    refused = await edit(incubation, plan, proposal, RENEW)
    assert (refused.status_code, refused.json()["limit"]) == (422, "too_few_units")
    assert [one["state"] for one in (await incubation.get(f"/joint-plans/{plan['id']}"))["proposals"]] == ["proposed"]
    await incubation.post(f"/joint-plans/{plan['id']}/approval")
    await incubation.deliver(ones[3].ended())
    ended = (await edit(incubation, plan, proposal, RENEW)).json()
    assert (ended["proposals"], ended["covered"], len(ended["unplaced"])) == ([], 0, 4)


async def test_s13_renew__whoever_left_is_free_in_the_next_plan_and_the_rest_stays(incubation: Incubation) -> None:
    ones, plan = await four(incubation)
    await incubation.deliver(ones[0].state(2, division="330105"))
    await edit(incubation, plan, plan["proposals"][0], RENEW)
    await incubation.deliver(ones[0].state(2))
    again = await create_plan(incubation, basis=plan["id"])
    assert "set_aside" not in {one["reasons"][0]["facts"]["code"] for one in again["unplaced"]}
    [fixed] = [one for one in again["proposals"] if one["fixed"]]
    assert [one["uscc"] for one in fixed["organizations"]] == [one.code for one in ones[1:]]


async def test_s13_edit__who_is_gone_is_removed_with_that_reason_and_the_outdated_is_proposed_again(
    incubation: Incubation,
) -> None:
    ones, plan = await four(incubation)
    [proposal] = plan["proposals"]
    await incubation.deliver(ones[0].ended())
    await incubation.post(f"/joint-plans/{plan['id']}/approval")
    removed = (await edit(incubation, plan, proposal, {"remove": [str(ones[0].id)]})).json()
    assert [one["state"] for one in removed["proposals"]] == ["proposed"]
    assert removed["unplaced"][0]["reasons"][0]["facts"]["code"] == "lost"
    approved = await incubation.post(f"/joint-plans/{plan['id']}/approval")
    assert [one["state"] for one in approved.json()["proposals"]] == ["approved"]
    decided = await edit(incubation, plan, proposal, RENEW)
    assert (decided.status_code, decided.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")
    assert (await edit(incubation, plan, proposal, {"renew": False})).status_code == 422
