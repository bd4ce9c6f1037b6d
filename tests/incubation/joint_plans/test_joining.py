"""S13: joint branches that exist take units in before a new one is created."""

from typing import Any

import pytest

from tests.incubation.conftest import Incubation, Organization, dissolved, established
from tests.incubation.joint_plans.helpers import FORMED, TOWER, create_plan, edit, group, states


async def with_branch(incubation: Incubation, members: int = 3) -> tuple[list[Organization], Any]:
    """A joint branch of `members` units in the tower, and two more units there."""
    old = group(1, members, TOWER)
    event = established("joint", *old)
    await incubation.deliver(*(one.state(1) for one in old))
    await incubation.deliver(event)
    new = group(11, 2, TOWER)
    await incubation.deliver(*(one.state(2) for one in new))
    return new, event.data.id


async def test_s13_existing_branch__takes_units_in_before_a_new_one_is_created(incubation: Incubation) -> None:
    new, branch = await with_branch(incubation)
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    assert ([one["uscc"] for one in proposal["organizations"]], proposal["existing"], proposal["full_members"]) == (
        [one.code for one in new],
        str(branch),
        7,
    )
    assert plan["reached"] == {"covered": 2, "together": 2, "created": 0, "metres": 0}
    found = (await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()
    assert (states(found), found["proposals"][0]["party_organization_id"]) == (["approved"], str(branch))
    assert await incubation.emitted(FORMED) == []
    [event] = await incubation.emitted("party_organization.extended")
    assert event["data"]["party_organization_id"] == str(branch)
    assert event["data"]["organization_ids"] == [str(one.id) for one in new]
    assert (event["key"], event["sequence"]) == (str(branch), 1)
    await incubation.deliver(established("joint", *group(1, 3, TOWER), *new, party=branch, sequence=2))
    assert {case["state"] for case in await incubation.cases(organization=str(new[0].id))} == {"approved"}


@pytest.mark.parametrize(("members", "created"), [(4, 1), (5, 1)])
async def test_s13_existing_branch__that_is_full_takes_nobody_in(
    incubation: Incubation, members: int, created: int
) -> None:
    await with_branch(incubation, members)
    plan = await create_plan(incubation)
    assert plan["reached"]["created"] == created
    assert plan["covered"] == 2


async def test_s13_existing_branch__that_changed_since_makes_the_proposal_outdated(incubation: Incubation) -> None:
    new, branch = await with_branch(incubation)
    plan = await create_plan(incubation)
    await incubation.deliver(established("joint", *group(1, 2, TOWER), party=branch, sequence=2))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert (response.status_code, response.json()["codes"]) == (409, ", ".join(one.code for one in new))


@pytest.mark.parametrize("gone", ["dissolved", "full"])
async def test_s13_existing_branch__that_is_gone_makes_an_edit_outdated_not_a_new_branch(
    incubation: Incubation, gone: str
) -> None:
    new, branch = await with_branch(incubation)
    await incubation.deliver(*(one.state(2) for one in new))
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    more = group(21, 2, TOWER)
    await incubation.deliver(*(one.state(3) for one in more))
    news = established("joint", *group(1, 3, TOWER), *more, party=branch, sequence=2)
    await incubation.deliver(dissolved(branch) if gone == "dissolved" else news)
    refused = await edit(incubation, plan, proposal, {"remove": [str(new[0].id)]})
    assert (refused.status_code, refused.json()["codes"]) == (409, new[1].code)
    assert (await incubation.get(f"/joint-plans/{plan['id']}"))["proposals"] == [proposal], "nothing half-saved"


async def test_s13_edit__who_joins_a_branch_by_hand_or_is_set_aside_stays_so_in_the_next_plans(
    incubation: Incubation,
) -> None:
    new, branch = await with_branch(incubation)
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    assert (await edit(incubation, plan, proposal, {"remove": [str(new[0].id)]})).status_code == 200
    for _ in range(2):
        plan = await create_plan(incubation, basis=plan["id"])
        [kept] = plan["proposals"]
        assert ([one["uscc"] for one in kept["organizations"]], kept["existing"], kept["fixed"]) == (
            [new[1].code],
            str(branch),
            True,
        )
        [aside] = plan["unplaced"]
        assert (aside["uscc"], aside["why"]) == (new[0].code, "经人工调整移出。")
    back = await edit(incubation, plan, kept, {"add": [aside["id"]]})
    assert back.status_code == 200, back.text
    await incubation.deliver(dissolved(branch))
    again = await create_plan(incubation, basis=plan["id"])
    assert {(one["existing"], one["fixed"]) for one in again["proposals"]} == {(None, False)}, "the branch is gone"
    assert again["unplaced"] == []
