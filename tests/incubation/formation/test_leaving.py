"""T26, T27: what incubation's feed tells a division that an organization leaves, or that a joint branch reaches."""

import pytest

from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.joint_plans.helpers import create_plan, group
from tests.running.feeds import kinds, publish, pull


async def told(incubation: Incubation, token_for: TokenFor, *divisions: str) -> list[list[str]]:
    await publish(incubation.app)
    tokens = [token_for("integration_client", [division], division) for division in divisions]
    return [kinds(await pull(incubation.http, token)) for token in tokens]


async def test_t26_left_division_is_told_by_the_checks_feed_too(incubation: Incubation, token_for: TokenFor) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(3))
    await incubation.deliver(one.state(3, division="330105"))
    completed, left = "incubation.formation_check.completed", "incubation.formation_check.left"
    assert await told(incubation, token_for, "330106", "330105", "3301") == [
        [completed, left],
        [completed],
        [completed, completed],
    ]
    [_, event] = await pull(incubation.http, token_for("integration_client", ["330106"], "old"))
    assert event["data"] == {"organization_id": str(one.id), "uscc": one.code}


@pytest.mark.parametrize("together", [True, False])
async def test_t26_left__a_list_of_states_tells_of_the_first_division(
    incubation: Incubation, token_for: TokenFor, together: bool
) -> None:
    """Of a list the newest state is checked: it left what was stored."""
    one = Organization(1)
    await incubation.deliver(one.state(3))
    states = [one.state(3, division="330108"), one.state(3, division="330105")]
    for run in [states] if together else [[state] for state in states]:
        await incubation.deliver(*run)
    [old, last] = await told(incubation, token_for, "330106", "330105")
    assert [kind.rpartition(".")[2] for kind in old] == ["completed", "left"]
    assert [kind.rpartition(".")[2] for kind in last] == ["completed"]


async def test_t27_formed_branch__names_to_each_division_its_own_organizations(
    incubation: Incubation, token_for: TokenFor
) -> None:
    mine, others = group(1, 2), group(3, 1, division="330105")
    await incubation.deliver(*(one.state(1) for one in [*mine, *others]))
    plan = await create_plan(incubation, "3301")
    assert (await incubation.post(f"/joint-plans/{plan['id']}/approval")).status_code == 200
    await publish(incubation.app)
    seen = {}
    for division in ("330106", "330105", "330108", "33"):
        token = token_for("integration_client", [division], division)
        formed = [event for event in await pull(incubation.http, token) if event["type"].endswith(".formed.v1")]
        seen[division] = [set(event["data"]["organization_ids"]) for event in formed]
    ids = [{str(one.id) for one in part} for part in (mine, others)]
    assert seen == {"330106": [ids[0]], "330105": [ids[1]], "330108": [], "33": [ids[0] | ids[1]]}
