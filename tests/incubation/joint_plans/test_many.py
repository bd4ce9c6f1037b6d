"""T30, T47: a list of plans stays bounded, and a plan that is being computed holds no connection."""

import asyncio
import time
from typing import Any

import pytest

from services.incubation.joint_plans import actions
from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans.helpers import create_plan, group


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


async def test_t30_list__of_a_small_plan_is_whole(incubation: Incubation) -> None:
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    plan = await create_plan(incubation)
    assert (await incubation.get("/joint-plans"))["items"] == [plan]


async def test_t47_plan__that_is_computed_holds_no_connection(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await incubation.deliver(*(one.state(1) for one in group(1, 3)))
    computing = actions.propose_joint_branches
    running = [0, 0]

    def slow(*given: Any) -> Any:
        running[0] += 1
        running[1] = max(running)
        time.sleep(0.5)
        running[0] -= 1
        return computing(*given)

    monkeypatch.setattr(actions, "propose_joint_branches", slow)
    plans = [asyncio.create_task(incubation.post("/joint-plans", {"division": "330106"})) for _ in range(4)]
    pool = incubation.app.state.database.engine.pool
    held = []
    while not all(plan.done() for plan in plans):
        if running[0]:
            held.append(pool.checkedout())
        await asyncio.sleep(0.05)
    assert {(await plan).status_code for plan in plans} == {201}
    assert min(held) == 0
    assert sum(1 for one in held if one == 0) > len(held) / 2
    assert running[1] == 2, "two at a time"
