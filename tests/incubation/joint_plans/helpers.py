"""Organizations that could share a branch, and their plans over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from services.incubation.joint_plans.computing import compute_next
from services.incubation.joint_plans.process import compute_here
from shared.db.access import system_access
from shared.db.session import Database
from tests.incubation.conftest import Incubation, Organization

FORMED = "party_organization.formed"
PARK, TOWER = "西溪公益园", "示例大厦"


@asynccontextmanager
async def closing_database(url: str) -> AsyncIterator[Database]:
    """A database as a worker opens it."""
    database = Database(url, pool_size=2, access=system_access("incubation", "worker"))
    try:
        yield database
    finally:
        await database.close()


def group(first: int, count: int, carrier: str = PARK, **changes: Any) -> list[Organization]:
    return [Organization(n, carrier=carrier, **changes) for n in range(first, first + count)]


async def compute(incubation: Incubation, policies: Any = None) -> None:
    """What a worker does, without a process of its own: all plans that wait."""
    database, policies = incubation.app.state.database, policies or incubation.app.state.policies
    async with closing_database(database.url) as background:
        while await compute_next(background, policies, seconds=60, compute=compute_here):
            pass


async def edit(
    incubation: Incubation, plan: dict[str, Any], proposal: dict[str, Any], body: Any, **headers: str
) -> httpx.Response:
    """Edit a proposal of a plan."""
    path = f"/v1/joint-plans/{plan['id']}/proposals/{proposal['id']}"
    return await incubation.http.patch(path, json=body, headers=headers)


async def create_plan(
    incubation: Incubation, division: str = "330106", language: str = "zh", **body: Any
) -> dict[str, Any]:
    """A plan that was requested, computed, and read."""
    headers = {"Accept-Language": language}
    response = await incubation.post("/joint-plans", {"division": division, **body}, **headers)
    assert response.status_code == 202, response.text
    assert (response.headers["etag"], response.json()["state"]) == ('"1"', "computing")
    await compute(incubation)
    found = await incubation.http.get(f"/v1/joint-plans/{response.json()['id']}", headers=headers)
    assert (found.headers["etag"], found.json()["state"]) == ('"2"', "ready")
    plan: dict[str, Any] = found.json()
    return plan


async def two_proposals(incubation: Incubation) -> tuple[list[Organization], list[Organization], dict[str, Any]]:
    """Three organizations in a park, three in a tower; their plan."""
    park, tower = group(1, 3), group(11, 3, TOWER, street="文新街道")
    await incubation.deliver(*(o.state(1) for o in [*park, *tower]))
    plan = await create_plan(incubation)
    assert [len(proposal["organizations"]) for proposal in plan["proposals"]] == [3, 3]
    return park, tower, plan


def states(plan: dict[str, Any]) -> list[str]:
    return [proposal["state"] for proposal in plan["proposals"]]
