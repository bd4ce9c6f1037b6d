"""The registry's projection of managements is rebuilt by a replay."""

from datetime import date

import pytest

from tests.operations.repair.commending import commend
from tests.operations.repair.conftest import TRANSPORTS, World
from tests.operations.repair.replaying import run_replay

MANAGEMENTS = "SELECT * FROM managements ORDER BY id"


@pytest.mark.parametrize("world", TRANSPORTS, indirect=True)
async def test_h27_replay__rebuilds_managements(world: World) -> None:
    first = await commend(world)
    await commend(world, tier="C", level="district")
    await commend(world, id=first, sequence=2, managed_from=date(2026, 5, 1))
    await world.settle()
    before = await world.rows("registry", MANAGEMENTS)
    assert sorted((one["tier"], one["sequence"]) for one in before) == [("A", 2), ("C", 1)]
    await world.change("registry", "UPDATE managements SET tier = 'B'")
    await run_replay(world, "registry", "managements")
    assert await world.rows("registry", MANAGEMENTS) == before
