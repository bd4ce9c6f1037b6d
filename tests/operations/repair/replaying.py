"""Shared by the tests of replays: a populated world, damage to it, and how it must be afterwards."""

from typing import Any

import orjson
from aiokafka.admin import AIOKafkaAdminClient

from shared.audit.operations import operator_access
from shared.bus.projections import Projection
from shared.bus.replaying.replay import ReplayReport, replay
from shared.bus.transports.history import open_history
from shared.db.session import Database
from shuangfu.services import load
from tests.operations.repair.conftest import World
from tests.running import commands

ORGANIZATIONS = "SELECT * FROM organizations ORDER BY id"
PARTIES = "SELECT * FROM party_organizations ORDER BY id"
SAME = ("uscc", "name", "kind", "division", "street", "carrier", "full_members", "status", "coverage")


async def populate(world: World, count: int = 12) -> None:
    """Registrations, changes, an end, Party organizations."""
    organizations = [await world.register(number, members=number % 5) for number in range(1, count + 1)]
    assert len({one["id"] for one in organizations}) == count
    await world.settle()
    assert await world.approve_all()
    await world.settle()
    await world.register(1, members=8, as_of="2026-03-03T09:00:00+08:00")
    await world.register(5, members=0, status="deregistered", as_of="2026-03-03T09:00:00+08:00")
    await world.settle()


def projection_of(service: str, name: str) -> Projection:
    """A service's projection of this name."""
    return next(one for one in load(service).projections if one.name == name)


async def run_replay(world: World, service: str, name: str = "organizations", **options: Any) -> ReplayReport:
    """As the command does it with `--projection`, in this process."""
    projection = projection_of(service, name)
    settings = world.settings[service]
    database = Database(settings.database_url, pool_size=2, access=operator_access(service))
    live = world.workers[service].handlers
    history = await open_history(settings, live.topics, options.get("since"))
    try:
        return await replay(database, service, projection, history, live=live, **options)
    finally:
        await history.close()
        await database.close()


async def command(world: World, *arguments: str, code: int = 0) -> Any:
    """`shuangfu replay … --json` in a separate process."""
    environment = {**world.environment(), "SHUANGFU_OPERATOR": "操作员"}
    done = await commands.run_beside("replay", *arguments, "--json", **environment)
    assert done.returncode == code, done.stdout + done.stderr
    return orjson.loads(done.stdout) if code == 0 else done.stderr


async def assert_true(world: World) -> None:
    """Incubation and evaluation keep what the registry has."""
    real = {row["id"]: row for row in await world.rows("registry", ORGANIZATIONS)}
    believed = {row["id"]: row for row in await world.rows("incubation", ORGANIZATIONS)}
    assert believed.keys() == real.keys()
    for key, row in real.items():
        assert {name: believed[key][name] for name in SAME} == {name: row[name] for name in SAME}
        assert believed[key]["sequence"] == row["version"]
    checks = await world.rows(
        "incubation", "SELECT organization_id AS id, count(*) AS n FROM formation_checks GROUP BY 1"
    )
    assert {row["id"]: row["checks"] for row in believed.values()} == {row["id"]: row["n"] for row in checks}
    parties = {row["id"]: row for row in await world.rows("registry", PARTIES)}
    for service in ("incubation", "evaluation"):
        found = {row["id"]: row for row in await world.rows(service, PARTIES)}
        assert {key: row["sequence"] for key, row in found.items()} == {k: row["version"] for k, row in parties.items()}
    for key, row in {row["id"]: row for row in await world.rows("evaluation", PARTIES)}.items():
        assert (row["name"], row["dissolved_on"]) == (parties[key]["name"], parties[key]["dissolved_on"])


DAMAGE = (
    "DELETE FROM organizations WHERE id IN (SELECT id FROM organizations ORDER BY id LIMIT 3)",
    "UPDATE organizations SET name = 'wrong', full_members = 99 WHERE right(name, 1) = '2'",
    "UPDATE organizations SET coverage = 'uncovered', covered_by = NULL",
    """INSERT INTO organizations SELECT gen_random_uuid(), uscc, name, kind, division, street, carrier, lon, lat,
    full_members_full_time, full_members, probationary_members, status, 7, 1 FROM organizations LIMIT 1""",
    "DELETE FROM party_organizations WHERE id IN (SELECT id FROM party_organizations LIMIT 1)",
)


async def committed(world: World, consumer: str) -> dict[tuple[str, int], int]:
    """The offsets that a consumer has committed, by topic and partition."""
    settings = world.settings[consumer]
    if settings.bus != "kafka":
        rows = await world.as_admin.rows(
            settings.bus_database_url or "", "SELECT * FROM bus_cursors WHERE consumer_group = $1", consumer
        )
        return {(row["topic"], 0): row["offset"] for row in rows}
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(settings.kafka_prefix + consumer)
    finally:
        await admin.close()
    return {(place.topic, place.partition): reached.offset for place, reached in found.items()}
