"""Organizations that could share a branch, and their plans over HTTP."""

from typing import Any

from tests.incubation.conftest import Incubation, Organization

FORMED = "party_organization.formed"
PARK, TOWER = "西溪公益园", "示例大厦"


def group(first: int, count: int, carrier: str = PARK, **changes: Any) -> list[Organization]:
    return [Organization(n, carrier=carrier, **changes) for n in range(first, first + count)]


async def create_plan(incubation: Incubation, division: str = "330106", language: str = "zh") -> dict[str, Any]:
    headers = {"Accept-Language": language}
    response = await incubation.post("/joint-plans", {"division": division}, **headers)
    assert response.status_code == 201, response.text
    assert response.headers["etag"] == '"1"'
    found: dict[str, Any] = response.json()
    return found


async def two_proposals(incubation: Incubation) -> tuple[list[Organization], list[Organization], dict[str, Any]]:
    """Three organizations in a park, three in a tower; their plan."""
    park, tower = group(1, 3), group(11, 3, TOWER, street="文新街道")
    await incubation.deliver(*(o.state(1) for o in [*park, *tower]))
    plan = await create_plan(incubation)
    assert [len(proposal["organizations"]) for proposal in plan["proposals"]] == [3, 3]
    return park, tower, plan


def states(plan: dict[str, Any]) -> list[str]:
    return [proposal["state"] for proposal in plan["proposals"]]
