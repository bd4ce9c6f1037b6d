"""What services keep, compared with the sources: nothing is found where nothing is wrong, and each damage is named."""

import asyncio
from typing import Any

import orjson
import pytest

from shuangfu.reconciliation.checks import find_differences
from shuangfu.reconciliation.found import Finding
from shuangfu.services import SERVICES
from tests.operations.repair.commending import commend
from tests.operations.repair.conftest import World
from tests.running import commands

pytestmark = pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)


@pytest.fixture
async def paid(world: World) -> World:
    """The whole job done, with changes, an end and a dissolution."""
    await world.record_body()
    await world.file_body()
    for number in range(1, 9):
        await world.register(number, members=number % 5)
    await world.settle()
    await world.approve_all()
    await world.settle()
    assert await world.rate_and_pay() >= 3
    await world.check_in()
    await world.register(1, members=8, as_of="2026-03-03T09:00:00+08:00")
    await commend(world)
    await world.register(3, members=0, status="deregistered", as_of="2026-03-03T09:00:00+08:00")
    # Its first event is its deregistration: it was never published as registered.
    await world.register(90, members=0, status="deregistered")
    await world.settle()
    return world


async def differing(world: World, *services: str) -> dict[tuple[str, str], Finding]:
    """What differs, without a grace period: nothing is on its way."""
    found = await find_differences(world.settings, services or SERVICES, 0.0)
    return {(finding.service, finding.check): finding for finding in found if finding.differ}


async def test_reconcile__nothing_differs_after_the_whole_job(paid: World) -> None:
    found = await find_differences(paid.settings, SERVICES, 0.0)
    assert {(one.service, one.check): one.examples for one in found if one.differ} == {}
    compared = {(one.service, one.check): one.compared for one in found}
    assert compared["incubation", "organizations and coverage as in registry"] == 8
    assert compared["funding", "decisions on completed evaluations as in evaluation"] >= 3
    assert compared["funding", "grants are posted"] >= 3
    assert compared["incubation", "events of registry arrived"] > 10
    nothing = {key for key, count in compared.items() if count == 0 and key[1] not in UNUSED}
    assert not nothing, "these compared no row: let `paid` write some"


UNUSED = {
    "dead letters",
    "appropriations are the fold of their commitments",
    "what orders paid are paid grants",
}
"""What the whole job writes nothing of: no region requires an appropriation, and it pays grants one by one."""
DAMAGES = [
    (
        "incubation",
        "UPDATE organizations SET name = 'wrong' WHERE name LIKE '%2'",
        "organizations and coverage as in registry",
    ),
    (
        "incubation",
        "UPDATE organizations SET coverage = 'uncovered' WHERE name LIKE '%4'",
        "organizations and coverage as in registry",
    ),
    ("incubation", "DELETE FROM organizations WHERE name LIKE '%2'", "organizations and coverage as in registry"),
    (
        "registry",
        "UPDATE organizations SET street = 'other' WHERE name LIKE '%2'",
        "organizations and coverage as in registry",
    ),
    ("registry", "UPDATE standings SET star = 3", "standings as in evaluation"),
    ("registry", "UPDATE managements SET tier = 'B'", "managements as in evaluation"),
    ("funding", "DELETE FROM closed_rectifications", "closed rectifications as in evaluation"),
    ("incubation", "DELETE FROM party_organizations WHERE form = 'standalone'", "Party organizations as in registry"),
    (
        "evaluation",
        "UPDATE party_organizations SET covers = '[]' WHERE dissolved_on IS NULL",
        "Party organizations as in registry",
    ),
    (
        "evaluation",
        "INSERT INTO party_organizations (id, division, sequence) VALUES (gen_random_uuid(), '330106', 1)",
        "Party organizations as in registry",
    ),
    (
        "incubation",
        "DELETE FROM inbox WHERE event_id = (SELECT event_id FROM inbox LIMIT 1)",
        "events of registry arrived",
    ),
    ("registry", "UPDATE outbox SET published_at = NULL WHERE seq = 1", "events published"),
    (
        "registry",
        "UPDATE outbox SET sequence = 7 WHERE sequence = 2",
        "versions without gaps",
    ),
    ("registry", "UPDATE organizations SET version = version + 1 WHERE name LIKE '%2'", "versions without gaps"),
    (
        "funding",
        "DELETE FROM grant_decisions WHERE id = (SELECT id FROM grant_decisions LIMIT 1)",
        "decisions on completed evaluations as in evaluation",
    ),
    (
        "evaluation",
        "UPDATE evaluations SET star = 1 WHERE id = (SELECT id FROM evaluations WHERE state = 'completed' LIMIT 1)",
        "decisions on completed evaluations as in evaluation",
    ),
    ("funding", "UPDATE account_balances SET balance_fen = balance_fen + 1", "balances are the fold of entries"),
    (
        "funding",
        """ALTER TABLE ledger_entries DISABLE TRIGGER USER;
        UPDATE ledger_entries SET debit_fen = debit_fen + 1 WHERE debit_fen > 0""",
        "ledger transactions sum to zero",
    ),
    ("funding", "UPDATE grants SET state = 'approved' WHERE state = 'paid'", "grants are posted"),
    (
        "funding",
        "ALTER TABLE audit_log DISABLE TRIGGER USER; UPDATE audit_log SET actor = 'nobody' WHERE number = 1",
        "audit trail holds",
    ),
]


async def test_reconcile__each_damage_is_found_and_named(paid: World) -> None:
    # Running workers would rightly correct some of it at once.
    await asyncio.gather(*(worker.stop() for worker in paid.workers.values()))
    copies = {service: await Copy.make(paid, service) for service in SERVICES}
    for service, damage, check in DAMAGES:
        await paid.change(service, damage)
        found = await differing(paid)
        [(_, finding)] = [(key, one) for key, one in found.items() if key[1] == check][:1] or [(None, None)]
        assert finding is not None, (damage, list(found))
        assert finding.examples
        assert finding.advice
        for copy in copies.values():
            await copy.put_back()
    assert await differing(paid) == {}


class Copy:
    """A service's tables as they were: put back without triggers, so that one damage does not hide the next."""

    def __init__(self, world: World, service: str, tables: list[str]) -> None:
        self.world, self.service, self.tables = world, service, tables

    @classmethod
    async def make(cls, world: World, service: str) -> "Copy":
        tables = [
            row["relname"]
            for row in await world.rows(
                service,
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
                "AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' ORDER BY 1",
            )
        ]
        await world.change(
            service, "CREATE SCHEMA kept", *(f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in tables)
        )
        return cls(world, service, tables)

    async def put_back(self) -> None:
        work = [
            f"DELETE FROM {name}; INSERT INTO {name} OVERRIDING SYSTEM VALUE TABLE kept.{name};" for name in self.tables
        ]
        enabled = ""
        if self.service == "funding":
            enabled = "ALTER TABLE ledger_entries ENABLE TRIGGER USER; ALTER TABLE audit_log ENABLE TRIGGER USER;"
        await self.world.change(
            self.service,
            "SET session_replication_role = replica;" + "".join(work) + "RESET session_replication_role;" + enabled,
        )


async def test_reconcile__what_is_on_its_way_is_not_missed(paid: World) -> None:
    await paid.workers["incubation"].stop()
    await paid.register(2, members=4, as_of="2026-05-01T09:00:00+08:00")
    async with asyncio.timeout(20):
        while await paid.scalar("registry", "SELECT count(*) FROM outbox WHERE published_at IS NULL"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    within = await find_differences(paid.settings, ["incubation"], 3600.0)
    assert [one.check for one in within if one.differ] == []
    later = await differing(paid, "incubation")
    assert {check for _, check in later} == {"events of registry arrived", "organizations and coverage as in registry"}
    await paid.change("registry", "UPDATE outbox SET occurred_at = now() - interval '1 hour'")
    found = await find_differences(paid.settings, ["incubation"], 60.0)
    assert "organizations and coverage as in registry" in {one.check for one in found if one.differ}


async def command(world: World, *arguments: str) -> tuple[int, str, str]:
    done = await commands.run_beside("reconcile", *arguments, **world.environment())
    return done.returncode, done.stdout, done.stderr


async def test_reconcile__the_command_says_what_to_do_and_the_exit_code_says_whether(world: World) -> None:
    for number in range(1, 4):
        await world.register(number)
    await world.settle()
    code, out, err = await command(world, "--json", "--grace", "0")
    assert code == 0, out + err
    assert orjson.loads(out)["differs"] is False
    [row] = await world.rows("incubation", "SELECT id FROM organizations WHERE name LIKE '%3'")
    await world.change("incubation", "UPDATE organizations SET full_members = 44 WHERE name LIKE '%3'")
    code, out, _ = await command(world, "--service", "incubation", "--grace", "0")
    assert code == 1
    assert str(row["id"]) in out
    assert "shuangfu replay --service incubation" in out
    code, out, _ = await command(world, "--service", "incubation", "--grace", "0", "--json", "--no-audit")
    checks: list[dict[str, Any]] = orjson.loads(out)["checks"]
    assert code == 1
    assert [one["examples"] for one in checks if one["differ"]] == [[str(row["id"])]]
    assert "audit trail holds" not in {one["check"] for one in checks}
