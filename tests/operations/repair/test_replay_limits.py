"""Where a replay must do no harm, or must refuse: crashes, lost logs, deciding handlers, order."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared.audit.operations import operator_access
from shared.bus.envelope import encode
from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.bus.replaying.replay import replay
from shared.bus.replaying.replay_events import ReplayRefused
from shared.bus.transports.history import open_history
from shared.bus.transports.postgres_log import PostgresLog
from shared.contracts.registry import OrganizationRegistered
from shared.db.session import Database
from shuangfu.services import load
from tests.incubation.conftest import AS_OF, Organization, dissolved, established
from tests.operations.repair.conftest import World
from tests.operations.repair.replaying import DAMAGE, ORGANIZATIONS, assert_true, command, populate, run_replay
from tests.running.commands import Command


async def test_replay__killed_in_the_middle_leaves_nothing(world: World, tmp_path: Path) -> None:
    await populate(world)
    await world.change("incubation", *DAMAGE)
    damaged = await world.rows("incubation", ORGANIZATIONS)
    # A writer that keeps its lock keeps the replay from its swap.
    async with world.workers["incubation"].database.transaction() as tx:
        await tx.driver.execute("LOCK TABLE organizations IN ROW EXCLUSIVE MODE")
        arguments, log = ("replay", "--service", "incubation", "--from", "beginning"), tmp_path / "replay.log"
        process = Command(arguments, log, log, os.environ | world.environment())
        admin = world.as_admin
        waiting = (
            "SELECT count(*) AS n FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = "
            "'organizations' AND l.mode = 'ShareRowExclusiveLock' AND NOT l.granted "
            "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        url = world.settings["incubation"].database_url
        async with asyncio.timeout(120):
            while (await admin.rows(url, waiting))[0]["n"] == 0:
                assert process.poll() is None, log.read_text()
                await asyncio.sleep(0.02)
        side = "SELECT count(*) AS n FROM pg_class WHERE relname = 'replay_events'"
        assert (await admin.rows(url, side))[0]["n"] == 1
        process.kill()
        process.wait(10)
    async with asyncio.timeout(30):
        while (await admin.rows(url, side))[0]["n"]:  # noqa: ASYNC110 - it lies in the database
            await asyncio.sleep(0.05)
    assert await world.rows("incubation", ORGANIZATIONS) == damaged
    assert await world.scalar("incubation", "SELECT count(*) FROM operator_actions") == 0
    await command(world, "--service", "incubation", "--projection", "organizations", "--from", "0")
    await assert_true(world)


async def test_replay__refused_where_the_log_lacks_what_took_effect(world: World) -> None:
    await populate(world)
    if world.settings["incubation"].bus == "kafka":
        # As after a lost broker: its topics exist again, without their events.
        world.settings["incubation"] = world.settings["incubation"].model_copy(
            update={"kafka_prefix": world.settings["incubation"].kafka_prefix + "new."}
        )
        fresh = load("incubation").create_worker(world.settings["incubation"], world.workers["incubation"].database)
        await fresh._transport.ensure_topics(fresh.handlers.topics)
    else:
        await world.as_admin(
            world.settings["incubation"].bus_database_url or "",
            "DELETE FROM bus_log WHERE topic = 'registry.organizations' AND \"offset\" = 3",
        )
    before = await world.rows("incubation", ORGANIZATIONS)
    errors = await command(world, "--service", "incubation", "--from", "beginning", code=1)
    assert "not in the log" in errors
    assert await world.rows("incubation", ORGANIZATIONS) == before
    [action] = await world.rows("incubation", "SELECT outcome, figures FROM operator_actions")
    assert action["outcome"] == "failed"
    assert "not in the log" in action["figures"]["error"]


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__refused_where_the_beginning_is_gone(world: World) -> None:
    await populate(world)
    await world.as_admin(
        world.settings["incubation"].bus_database_url or "",
        "DELETE FROM bus_log WHERE topic = 'registry.organizations' AND \"offset\" = 0",
    )
    errors = await command(world, "--service", "incubation", "--from", "beginning", code=1)
    assert "beginning is gone (registry.organizations/0)" in errors


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__a_handler_that_decides_fails_instead_of_deciding_again(world: World) -> None:
    await populate(world)
    before = await world.outboxes()
    live = world.workers["incubation"].handlers.of(OrganizationRegistered.TYPE)
    assert live is not None
    deciding = Projection("organizations", ("organizations",), Handlers({OrganizationRegistered: live}))
    settings = world.settings["incubation"]
    database = Database(settings.database_url, access=operator_access("incubation"))
    history = await open_history(settings, deciding.handlers.topics)
    with pytest.raises(ReplayRefused, match="does not exist"):
        await replay(database, "incubation", deciding, history)
    await history.close()
    await database.close()
    assert await world.outboxes() == before


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__dead_lettered_events_count_only_once_they_were_retried(world: World) -> None:
    await populate(world)
    [row] = await world.rows("registry", "SELECT id FROM outbox WHERE data->>'name' = '示例社会组织3'")
    letter = (
        'INSERT INTO dead_letters (id, consumer, event_id, topic, partition, "offset", key, headers, value, reason, '
        f"detail, attempts, state) VALUES (gen_random_uuid(), 'incubation', '{row['id']}', 't', 0, 0, 'k', '{{}}', "
        "'', 'handler_failed', '', 5, 'open')"
    )
    await world.change(
        "incubation",
        letter,
        "DELETE FROM organization_stays AS s USING organizations AS o "
        "WHERE o.id = s.organization_id AND o.name = '示例社会组织3'",
        "DELETE FROM organizations WHERE name = '示例社会组织3'",
    )
    assert (await run_replay(world, "incubation")).changes == 0
    await world.change("incubation", "UPDATE dead_letters SET state = 'retried', settled_at = now()")
    assert (await run_replay(world, "incubation")).tables["organizations"].added == 1
    await assert_true(world)


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__applies_by_time_whatever_the_partitions_bring_first(world: World) -> None:
    await asyncio.gather(*(worker.stop() for worker in world.workers.values()))
    organization, first, second = Organization(1), uuid4(), uuid4()
    history = [
        (3, established("standalone", organization, party=second)),
        (1, established("area", organization, party=first)),
        (2, dissolved(first)),
        (0, organization.state(members=3)),
    ]
    messages = []
    for minutes, event in history:
        envelope = replace(event.envelope, time=AS_OF + timedelta(minutes=minutes))
        messages.append(encode(event.data.TOPIC, envelope, event.data.model_dump_json().encode()))
    transport = PostgresLog(world.settings["incubation"].bus_database_url or "")
    await transport.start()
    await transport.publish(messages)
    await transport.close()
    ids = ", ".join(f"('{event.envelope.id}', 'incubation')" for _, event in history)
    await world.change("incubation", f"INSERT INTO inbox (event_id, consumer) VALUES {ids}")
    report = await run_replay(world, "incubation")
    assert report.events_applied == 4
    [row] = await world.rows("incubation", ORGANIZATIONS)
    assert (row["coverage"], row["covered_by"]) == ("standalone", second)


@pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)
async def test_replay__refused_where_the_inbox_lacks_what_lies_before_it(world: World) -> None:
    await populate(world)
    # As after a restore with offsets that were ahead: it was never handled here.
    [row] = await world.rows("registry", "SELECT id FROM outbox WHERE data->>'name' = '示例社会组织3'")
    await world.change("incubation", f"DELETE FROM inbox WHERE event_id = '{row['id']}'")
    before = await world.rows("incubation", ORGANIZATIONS)
    with pytest.raises(ReplayRefused, match=str(row["id"])):
        await run_replay(world, "incubation")
    assert await world.rows("incubation", ORGANIZATIONS) == before
