"""The registry's projection of filed bodies' areas is rebuilt by a replay, from incubation's lists alone (S15)."""

from tests.incubation.areas.helpers import area, square
from tests.operations.repair.conftest import World
from tests.operations.repair.replaying import run_replay

AREAS = "SELECT * FROM filed_body_areas ORDER BY id"


async def test_s15_replay__rebuilds_which_area_covers_each_filed_body(world: World) -> None:
    await world.file_body()
    await world.settle()
    [first] = await world.rows("registry", AREAS)
    assert (first["area"], first["sequence"]) == ("330106-CY01", 1)
    elsewhere = await world.clients["incubation"].put(
        "/v1/areas/330106-CY01", json=area(square(2000)), headers={"If-Match": '"1"'}
    )
    assert elsewhere.status_code == 200, elsewhere.text
    await world.settle()
    before = await world.rows("registry", AREAS)
    assert [(one["area"], one["sequence"]) for one in before] == [(None, 2)]
    await world.change("registry", "UPDATE filed_body_areas SET area = 'wrong', since = '2020-01-01'")
    await run_replay(world, "registry", "filed-body-areas")
    assert await world.rows("registry", AREAS) == before
