"""S13: joint branches that exist take units in: within the limits, and in their own division."""

import asyncio
from uuid import UUID

from tests.conftest import TokenFor
from tests.incubation.conftest import PLANNED, Incubation, Organization, established
from tests.incubation.joint_plans.helpers import FORMED, TOWER, compute, create_plan, group, states
from tests.running.feeds import publish, pull

EXTENDED = "party_organization.extended"


async def two_plans(incubation: Incubation) -> tuple[UUID, list[str]]:
    """A branch of three and two plans that each let two further units join it; the ids of the two proposals."""
    event = established("joint", *group(1, 3, TOWER))
    await incubation.deliver(*(one.state(1) for one in group(1, 3, TOWER)), event)
    first, second = group(11, 2, TOWER), group(21, 2, TOWER)
    await incubation.deliver(*(one.state(2) for one in first))
    one = await create_plan(incubation)
    for unit in first:
        case = await incubation.pending(unit)
        assert (await incubation.post(f"/formation-cases/{case['id']}/deferral", PLANNED)).status_code == 200
    await incubation.deliver(*(one.state(2) for one in second))
    other = await create_plan(incubation)
    proposals = [plan["proposals"][0] for plan in (one, other)]
    assert [(one["existing"], len(one["organizations"])) for one in proposals] == [(str(event.data.id), 2)] * 2
    return event.data.id, [one["id"] for one in proposals]


async def test_s13_limits__count_units_that_are_on_their_way(incubation: Incubation) -> None:
    """The registry has not recorded the first two when the next two are approved."""
    branch, [first, second] = await two_plans(incubation)
    assert (await incubation.post(f"/joint-plans/{first}/approval")).status_code == 200
    refused = await incubation.post(f"/joint-plans/{second}/approval")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:proposal-outdated")
    [event] = await incubation.emitted(EXTENDED)
    assert event["data"]["party_organization_id"] == str(branch)
    later = await create_plan(incubation)
    assert [one["existing"] for one in later["proposals"]] == [None], "full, as soon as the registry has recorded them"


async def test_s13_limits__of_two_approvals_at_once_one_waits_and_is_refused(incubation: Incubation) -> None:
    _, proposals = await two_plans(incubation)
    found = await asyncio.gather(*(incubation.post(f"/joint-plans/{one}/approval") for one in proposals))
    assert sorted(response.status_code for response in found) == [200, 409]
    assert len(await incubation.emitted(EXTENDED)) == 1


async def test_s13_limits__who_was_taken_in_and_left_is_not_on_the_way(incubation: Incubation) -> None:
    old, new = group(1, 3, TOWER), group(11, 1, TOWER)
    event = established("joint", *old)
    await incubation.deliver(*(one.state(1) for one in old), event, *(one.state(1) for one in new))
    plan = await create_plan(incubation)
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval")).status_code == 200
    await incubation.deliver(established("joint", *old, *new, party=event.data.id, sequence=2))
    await incubation.deliver(established("joint", *old, party=event.data.id, sequence=3))
    await incubation.deliver(group(21, 1, TOWER)[0].state(1))
    [proposal] = (await create_plan(incubation))["proposals"]
    assert (proposal["existing"], len(proposal["organizations"])) == (str(event.data.id), 2)


async def over_two_divisions(incubation: Incubation, home: str = "330106") -> tuple[UUID, list[Organization]]:
    """A branch of two units here and one elsewhere, and two units here that may join it."""
    old = [*group(1, 2, TOWER), Organization(3, "330105", carrier=TOWER)]
    event = established("joint", *old, division=home)
    new = group(11, 2, TOWER)
    await incubation.deliver(*(one.state(1) for one in old), event, *(one.state(1) for one in new))
    return event.data.id, new


async def test_s13_extended__is_of_the_branch_and_names_to_each_division_its_own(
    incubation: Incubation, token_for: TokenFor
) -> None:
    old, new = group(1, 3, TOWER), [*group(11, 1, TOWER), Organization(12, "330105", carrier=TOWER)]
    event = established("joint", *old)
    await incubation.deliver(*(one.state(1) for one in old), event, *(one.state(1) for one in new))
    plan = await create_plan(incubation, "3301")
    [proposal] = plan["proposals"]
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval")).status_code == 200
    [found] = await incubation.emitted(EXTENDED)
    assert (found["subject"], found["sequence"], found["key"]) == (proposal["id"], 1, str(event.data.id))
    assert found["data"]["division"] == "330106", "the branch's own, not that of the units or of the plan"
    places = dict(zip(found["data"]["organization_ids"], found["data"]["divisions"], strict=True))
    assert places == {str(one.id): one.division for one in new}
    await publish(incubation.app)
    seen = {}
    for division in ("330106", "330105", "330108", "33"):
        events = await pull(incubation.http, token_for("integration_client", [division], division))
        seen[division] = [
            set(one["data"]["organization_ids"]) for one in events if one["type"].endswith(".extended.v1")
        ]
    mine, others = ({str(one.id)} for one in new)
    assert seen == {"330106": [mine], "330105": [others], "330108": [], "33": [mine | others]}


async def test_s13_extended__of_a_branch_whose_units_are_all_elsewhere_reaches_its_own_division(
    incubation: Incubation, token_for: TokenFor
) -> None:
    old, new = group(1, 3, TOWER), [Organization(12, "330105", carrier=TOWER)]
    event = established("joint", *old)
    await incubation.deliver(*(one.state(1) for one in old), event, *(one.state(1) for one in new))
    plan = await create_plan(incubation, "3301")
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval")).status_code == 200
    await publish(incubation.app)
    events = await pull(incubation.http, token_for("integration_client", ["330106"], "own"))
    [extended] = [one["data"] for one in events if one["type"].endswith(".extended.v1")]
    assert extended["organization_ids"] == []


async def test_s13_branch_over_two_divisions__is_counted_whole_and_approved_by_its_own(
    incubation: Incubation, token_for: TokenFor
) -> None:
    branch, new = await over_two_divisions(incubation)
    plan = await create_plan(incubation)
    [proposal] = plan["proposals"]
    assert (proposal["existing"], proposal["full_members"]) == (str(branch), 5)
    assert proposal["centre"] in {None, *(one.code for one in group(1, 2, TOWER))}, "who is elsewhere is not named"
    token = {"Authorization": f"Bearer {token_for(divisions=['330106'], subject='own')}"}
    response = await incubation.post(f"/joint-plans/{proposal['id']}/approval", **token)
    assert response.status_code == 200, response.text
    [event] = await incubation.emitted(EXTENDED)
    assert event["data"]["organization_ids"] == [str(one.id) for one in new]


async def test_s13_branch_over_two_divisions__that_is_full_elsewhere_is_full(
    incubation: Incubation, token_for: TokenFor
) -> None:
    """The approver sees two of the branch's units, and it has three."""
    branch, _ = await over_two_divisions(incubation)
    plan = await create_plan(incubation)
    more = [Organization(4, "330105", carrier=TOWER)]
    await incubation.deliver(more[0].state(1))
    old = [*group(1, 2, TOWER), Organization(3, "330105", carrier=TOWER)]
    await incubation.deliver(established("joint", *old, *more, party=branch, sequence=2))
    token = {"Authorization": f"Bearer {token_for(divisions=['330106'], subject='own')}"}
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval", **token)
    assert (response.status_code, response.json()["type"]) == (409, "urn:shuangfu:problem:proposal-outdated")


async def test_s13_branch_of_another_division__takes_nobody_in(incubation: Incubation) -> None:
    await over_two_divisions(incubation, home="330105")
    assert [one for one in (await create_plan(incubation))["proposals"] if one["existing"]] == []


async def test_s13_branch_that_moved_to_another_division__makes_the_proposal_outdated(incubation: Incubation) -> None:
    branch, _ = await over_two_divisions(incubation)
    plan = await create_plan(incubation)
    old = [*group(1, 2, TOWER), Organization(3, "330105", carrier=TOWER)]
    await incubation.deliver(established("joint", *old, party=branch, sequence=2, division="330105"))
    response = await incubation.post(f"/joint-plans/{plan['proposals'][0]['id']}/approval")
    assert response.status_code == 409
    assert states((await incubation.post(f"/joint-plans/{plan['id']}/approval")).json()) == ["outdated"]
    assert await incubation.emitted(FORMED) == []


async def test_s13_plan__is_computed_under_the_policy_of_the_day_on_which_it_was_requested(
    incubation: Incubation,
) -> None:
    """Where it waits into the time of another policy: nobody asked for that one."""
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    response = await incubation.post("/joint-plans", {"division": "330106"})
    days: list[object] = []
    policies = incubation.app.state.policies
    await incubation.change("UPDATE joint_plan_jobs SET created_at = '2020-02-03 20:00+00'")

    class Watched:
        def get(self, division: str, day: object) -> object:
            days.append(day)
            return policies.get(division, day)

    await compute(incubation, Watched())
    assert (await incubation.get(f"/joint-plans/{response.json()['id']}"))["state"] == "ready"
    assert {str(day) for day in days} == {"2020-02-04"}, "in China"


async def test_s13_extended__is_not_dated_before_the_branch_was_founded(incubation: Incubation) -> None:
    old, new = group(1, 3, TOWER), group(11, 2, TOWER)
    founded = established("joint", *old)
    await incubation.deliver(*(one.state(1) for one in old), founded, *(one.state(1) for one in new))
    plan = await create_plan(incubation)
    path = f"/joint-plans/{plan['id']}/approval"
    refused = await incubation.post(path, {"founded_on": "2026-03-08"})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, ["/founded_on"])
    assert (await incubation.post(path, {"founded_on": founded.data.established_on.isoformat()})).status_code == 200
    [event] = await incubation.emitted(EXTENDED)
    assert event["data"]["since"] == "2026-03-09"
