"""A broker loses its data: its events are published again, and take effect once."""

import asyncio
from uuid import uuid4

import pytest

from shuangfu.services import load, make_worker
from tests.operations.repair.conftest import World
from tests.running import commands


async def republish(world: World, *arguments: str) -> str:
    """Run the command in a separate process; returns its output."""
    done = await commands.run_beside("republish", *arguments, **world.environment())
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


async def stop(world: World, *services: str) -> None:
    """Their workers, and their connections."""
    for name in services:
        await world.workers[name].stop()
        await world.workers[name].database.close()


def start(world: World, *services: str) -> None:
    """Create the workers again, with the current settings."""
    for name in services:
        world.workers[name] = make_worker(load(name), world.settings[name])
        world.workers[name].start()


@pytest.mark.kafka
@pytest.mark.parametrize("bus", ["kafka"], indirect=True)
async def test_republish__what_a_lost_broker_held_takes_effect_once(world: World) -> None:
    for number in range(1, 6):
        await world.register(number)
    await world.settle()
    await stop(world, "incubation")
    for number in range(6, 9):
        await world.register(number)
    async with asyncio.timeout(30):
        while await world.scalar("registry", "SELECT count(*) FROM outbox WHERE published_at IS NULL"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    feed = await world.rows("registry", "SELECT id, position FROM outbox ORDER BY id")
    # Topics and groups with another prefix: as on a broker that holds nothing of what was published.
    others = [name for name in world.workers if name != "incubation"]
    await stop(world, *others)
    lost = {"kafka_prefix": f"t{uuid4().hex[:8]}."}
    world.settings = {name: settings.model_copy(update=lost) for name, settings in world.settings.items()}
    start(world, *others, "incubation")
    published = await world.scalar("registry", "SELECT count(*) FROM outbox")
    assert f"registry: {published} events would be" in await republish(world, "--service", "registry", "--dry-run")
    assert await world.scalar("incubation", "SELECT count(*) FROM formation_checks") == 5
    assert f"registry: {published} events will be" in await republish(world)
    await world.settle()
    assert await world.scalar("incubation", "SELECT count(*) FROM formation_checks") == 8
    assert await world.scalar("incubation", "SELECT count(*) FROM inbox") == published
    assert await world.rows("registry", "SELECT id, position FROM outbox ORDER BY id") == feed, "the feed repeats none"
    [done] = await world.rows("registry", "SELECT command, outcome, figures FROM operator_actions")
    assert (done["command"], done["outcome"]) == ("republish", "done")
