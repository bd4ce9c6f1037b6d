"""What a rating means across services: the registry shows it, funding holds for it and releases once rectified."""

import pytest

from shared.field import uscc
from tests.operations.repair.conftest import LAST_YEAR, World

pytestmark = pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)


async def test_decision_5_h24_a_rating__reaches_the_registry_and_its_rectification_funding(world: World) -> None:
    await world.record_body()
    for number in (1, 2):
        await world.register(number, members=3)
    await world.settle()
    assert await world.approve_all() == 2
    await world.settle()
    assert await world.rate_and_pay() == 2
    stars = {}
    for number in (1, 2):
        code = uscc.make("52", "330106", f"PDY{number:05d}")
        response = await world.clients["registry"].get(f"/v1/organizations/{code}/standing")
        assert response.status_code == 200, response.text
        shown = response.json()
        star = shown["star"]["value"]
        assert (shown["star"]["year"], shown["star"]["source"][:11]) == (LAST_YEAR, "evaluation:")
        stars[star] = shown
    assert {*stars} == {0, 5}
    assert (stars[0]["ceiling"]["value"], stars[0]["procurement"]["value"]) == ("2A", "deprioritize")
    assert (stars[5]["ceiling"]["value"], stars[5]["procurement"]["value"]) == (None, "inform")
    steps = await world.rows(
        "funding",
        "SELECT array_agg(step ORDER BY version) AS steps FROM grant_steps GROUP BY grant_id ORDER BY count(*) DESC",
    )
    assert [row["steps"] for row in steps] == [
        ["held", "release", "review", "approval", "payment"],
        ["raised", "review", "approval", "payment"],
    ]
    counted = await world.rows(
        "evaluation",
        "SELECT type, count(*) AS n, count(DISTINCT subject) AS subjects FROM outbox "
        "WHERE topic = 'evaluation.consequences' GROUP BY type ORDER BY type",
    )
    assert [(row["n"], row["subjects"]) for row in counted] == [(1, 1), (2, 2)], "exactly one for each"
