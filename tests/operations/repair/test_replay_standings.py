"""The registry's projection of standings is rebuilt by a replay; reviews of grades, which are decisions, are not."""

import pytest

from tests.operations.repair.conftest import TRANSPORTS, World
from tests.operations.repair.replaying import run_replay

STANDINGS = "SELECT * FROM standings ORDER BY id"


@pytest.mark.parametrize("world", TRANSPORTS, indirect=True)
async def test_h24_replay__rebuilds_standings_and_opens_no_second_review(world: World) -> None:
    organizations = [await world.register(number) for number in (1, 2, 3)]
    await world.settle()
    given = await world.clients["registry"].post(
        f"/v1/organizations/{organizations[0]['id']}/assessment-grades",
        json={"grade": "4A", "announced_on": "2026-03-20"},
    )
    assert given.status_code == 201, given.text
    subject = await world.publish_standing(organizations[0]["id"], 4)
    await world.publish_standing(organizations[1]["id"], None)
    await world.publish_standing(organizations[0]["id"], 1, id=subject, sequence=2)
    await world.settle()
    before = await world.rows("registry", STANDINGS)
    assert sorted((one["star"] is None, one["sequence"]) for one in before) == [(False, 2), (True, 1)]
    reviews = await world.rows("registry", "SELECT id, state, version FROM grade_reviews")
    assert [one["state"] for one in reviews] == ["open"]
    await world.change("registry", "UPDATE standings SET star = 5, total = 1")
    await run_replay(world, "registry", "standings")
    assert await world.rows("registry", STANDINGS) == before
    assert await world.rows("registry", "SELECT id, state, version FROM grade_reviews") == reviews
