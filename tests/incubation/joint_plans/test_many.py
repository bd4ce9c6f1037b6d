"""T30: a list of plans stays bounded."""

from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans.helpers import create_plan, edit, group


async def test_t30_list__shows_the_first_of_each_plan_and_the_plan_itself_all(incubation: Incubation) -> None:
    many = [one for n in range(25) for one in group(1 + 10 * n, 3, f"示例大厦{n}号", street=f"示例{n}街道")]
    alone = [one for n in range(23) for one in group(501 + n, 1, f"示例独栋{n}号", street=f"示例独{n}街道")]
    await incubation.deliver(*(one.state(1) for one in [*many, *alone]))
    plan = await create_plan(incubation)
    assert (len(plan["proposals"]), len(plan["unplaced"]), plan["shortened"]) == (25, 23, False)
    [listed] = (await incubation.get("/joint-plans"))["items"]
    assert listed["proposals"] == plan["proposals"][:20]
    assert listed["unplaced"] == plan["unplaced"][:20]
    assert (listed["shortened"], listed["covered"]) == (True, plan["covered"])
    assert await incubation.get(f"/joint-plans/{plan['id']}") == plan


async def test_t30_list__shows_those_that_are_left_of_an_edited_plan(incubation: Incubation) -> None:
    """Proposals behind the first twenty move up where earlier ones were merged away."""
    many = [one for n in range(26) for one in group(1 + 10 * n, 2, f"示例大厦{n}号", street=f"示例{n}街道")]
    for one in many[:4]:
        one.carrier, one.street = "示例大厦", "示例街道"
    await incubation.deliver(*(one.state(2) for one in many))
    plan = await create_plan(incubation)
    first = plan["proposals"][0]
    assert len(first["organizations"]) == 4
    ids = [one["id"] for one in first["organizations"]]
    split = (await edit(incubation, plan, first, {"split": ids[:2]})).json()
    [fresh] = [one for one in split["proposals"] if {unit["id"] for unit in one["organizations"]} == {*ids[:2]}]
    merged = await edit(incubation, plan, fresh, {"merge": first["id"]})
    assert merged.status_code == 200, merged.text
    for number in range(1, 5):
        gone = [one["id"] for one in plan["proposals"][number]["organizations"]]
        assert (await edit(incubation, plan, plan["proposals"][number], {"remove": gone})).status_code == 200
    whole = await incubation.get(f"/joint-plans/{plan['id']}")
    [listed] = (await incubation.get("/joint-plans"))["items"]
    assert len(whole["proposals"]) == 21
    assert listed["proposals"] == whole["proposals"][:20]
    assert listed["shortened"]


async def test_t30_list__of_a_small_plan_is_whole(incubation: Incubation) -> None:
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    plan = await create_plan(incubation)
    assert (await incubation.get("/joint-plans"))["items"] == [plan]
