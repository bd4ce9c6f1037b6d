"""A projection rebuilt beside the live one and swapped, while the services work; on both transports."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.operations import operator_access
from shared.bus.replaying.replay_tables import SideTables, TableDifference
from shared.bus.transports.history import open_history
from shared.db.base import utc_now
from shuangfu.services import load
from tests.operations.repair.conftest import World
from tests.operations.repair.replaying import (
    DAMAGE,
    assert_true,
    command,
    committed,
    populate,
    projection_of,
    run_replay,
)


async def test_i5_damaged_projection_is_rebuilt_while_registrations_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = SideTables.compare

    async def compare_slowly(tables: SideTables, table: str) -> TableDifference:
        # A write between the comparison and the swap would be undone by the swap.
        found = await compare(tables, table)
        await asyncio.sleep(0.3)
        return found

    monkeypatch.setattr(SideTables, "compare", compare_slowly)
    await populate(world)
    await assert_true(world)
    await world.change("incubation", *DAMAGE)
    before = await world.outboxes()
    with pytest.raises(AssertionError):
        await assert_true(world)

    stop = asyncio.Event()
    written = 0

    async def keep_registering() -> None:
        nonlocal written
        number = 100
        while not stop.is_set():
            number += 1
            await world.register(number, members=number % 4)
            written += 1

    writers = [asyncio.create_task(keep_registering())]
    try:
        reports = [await run_replay(world, "incubation")]
        reports.append(await run_replay(world, "incubation"))
    finally:
        stop.set()
        await asyncio.gather(*writers)
    await world.settle()
    await assert_true(world)
    assert reports[0].tables["organizations"].removed == 1
    assert reports[0].tables["organizations"].added == 3
    assert reports[0].tables["party_organizations"].added == 1
    assert reports[1].changes == 0
    assert written > 0
    # The workload alone emitted: each registration its own event and its check.
    after = await world.outboxes()
    assert after["registry"] - before["registry"] == written
    assert after["incubation"] - before["incubation"] == written
    assert await world.scalar("incubation", "SELECT count(*) FROM dead_letters") == 0
    assert await world.scalar("registry", "SELECT count(*) FROM dead_letters") == 0


async def test_i5_evaluations_projection_is_rebuilt(world: World) -> None:
    await populate(world)
    await world.change(
        "evaluation",
        "DELETE FROM party_organizations WHERE id IN (SELECT id FROM party_organizations ORDER BY id LIMIT 2)",
        "UPDATE party_organizations SET name = 'wrong', sequence = sequence + 5",
    )
    before = await world.outboxes()
    one = ("--service", "evaluation", "--projection", "party-organizations", "--from", "beginning")
    dry = await command(world, *one, "--dry-run")
    assert dry["dry_run"] is True
    assert dry["tables"]["party_organizations"]["added"] == 2
    assert await world.scalar("evaluation", "SELECT count(*) FROM party_organizations WHERE name = 'wrong'") > 0
    assert await world.scalar("evaluation", "SELECT count(*) FROM operator_actions") == 0
    done = await command(world, *one)
    assert done["tables"] == dry["tables"]
    assert done["tables"]["party_organizations"]["changed"] > 0
    await assert_true(world)
    assert await world.outboxes() == before
    [action] = await world.rows("evaluation", "SELECT operator, command, outcome, figures FROM operator_actions")
    assert (action["operator"], action["command"], action["outcome"]) == ("操作员", "replay", "done")
    assert action["figures"]["tables"] == done["tables"]
    [trace] = await world.rows(
        "evaluation", "SELECT authority, operation FROM audit_log WHERE object_type = 'operator_actions'"
    )
    assert (trace["authority"], trace["operation"]) == ("cli:操作员", "insert")


async def test_replay__nothing_of_what_the_consumer_keeps_is_touched(world: World) -> None:
    await populate(world)
    projection = projection_of("incubation", "organizations")
    settings = world.settings["incubation"]

    async def state() -> Any:
        offsets = await committed(world, "incubation")
        tables = ("inbox", "formation_checks", "formation_cases", "areas", "audit_log")
        return offsets, [await world.rows("incubation", f"SELECT * FROM {name} ORDER BY 1, 2") for name in tables]

    async def lag() -> int:
        history = await open_history(settings, projection.handlers.topics)
        read = [one async for batch in history.batches(100) for one in batch]
        await history.close()
        return len(read) - sum((await committed(world, "incubation")).values())

    async with asyncio.timeout(30):
        while await lag():  # noqa: ASYNC110 - it lies in the database
            await asyncio.sleep(0.1)
    before = await state()
    assert sum(before[0].values()) > 0
    report = await run_replay(world, "incubation")
    assert report.changes == 0
    assert report.events_applied == sum(before[0].values())
    assert await state() == before


async def test_replay__events_that_the_live_consumer_has_not_handled_are_left_to_it(world: World) -> None:
    await populate(world)
    await world.workers["incubation"].stop()
    await world.register(1, members=20, as_of="2026-03-09T09:00:00+08:00")
    await world.register(50, members=3)
    async with asyncio.timeout(30):
        while await world.scalar("registry", "SELECT count(*) FROM outbox WHERE published_at IS NULL"):  # noqa: ASYNC110 - it lies in the database
            await asyncio.sleep(0.05)
    await world.change("incubation", "UPDATE organizations SET name = 'wrong'")
    report = await run_replay(world, "incubation")
    assert report.events_waiting == 2
    assert await world.scalar("incubation", "SELECT count(*) FROM organizations WHERE full_members = 20") == 0
    # What it handles afterwards is news to it: it is checked.
    worker = world.workers["incubation"] = load("incubation").create_worker(
        world.settings["incubation"], world.workers["incubation"].database
    )
    worker.database.access = operator_access("incubation")
    worker.start()
    await world.settle()
    await assert_true(world)


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__since_an_instant_repairs_what_happened_after_it(world: World) -> None:
    await populate(world)
    await asyncio.sleep(0.05)
    since = utc_now()
    await world.register(2, members=9, as_of="2026-04-01T09:00:00+08:00")
    await world.register(60, members=3)
    await world.settle()
    changed = "name = '示例社会组织2'"
    await world.change(
        "incubation",
        f"UPDATE organizations SET full_members = 77 WHERE {changed}",
        "DELETE FROM organizations WHERE name = '示例社会组织60'",
    )
    report = await run_replay(world, "incubation", since=since)
    assert (report.tables["organizations"].added, report.tables["organizations"].changed) == (1, 1)
    assert report.events_read == 2
    await assert_true(world)
    # What was damaged and did not happen since then is out of its reach: it says 0, and does not pretend.
    await world.change("incubation", "UPDATE organizations SET full_members = 77 WHERE name = '示例社会组织3'")
    assert (await run_replay(world, "incubation", since=since)).changes == 0
    assert (await run_replay(world, "incubation", since=since - timedelta(days=1))).changes == 1
    await assert_true(world)
