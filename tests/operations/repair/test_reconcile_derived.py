"""What `reconcile` checks follows from a service's handlers, projections and tables: a new one is checked by itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.evaluation import consumers, reconciliation, worker
from shared.bus.handlers import Handlers, Received
from shared.bus.projections import Projection
from shared.contracts.catalog import CATALOG
from shared.contracts.incubation import FormationCheckCompleted
from shared.contracts.registry import OrganizationChanged, OrganizationRegistered, OrganizationState
from shared.db.session import Transaction
from shared.reconciliation import Comparison
from shared.schema.security import RUNTIME
from shuangfu.reconciliation.checks import find_differences, sources_of
from shuangfu.reconciliation.found import Finding
from shuangfu.services import SERVICES, load
from tests.operations.repair.commending import commend
from tests.operations.repair.conftest import World
from tests.running import commands

on_the_log = pytest.mark.parametrize("bus", ["postgres_log"], indirect=True)


def projected_tables() -> set[tuple[str, str]]:
    """(service, table) of every projection."""
    return {
        (service, table)
        for service in SERVICES
        for projection in load(service).projections
        for table in projection.tables
    }


def compared_tables() -> set[tuple[str, str]]:
    return {
        (service, table)
        for service in SERVICES
        for comparison in load(service).reconciliation.comparisons
        for table in comparison.tables
    }


def test_reconcile__every_table_of_every_projection_is_compared() -> None:
    assert ("incubation", "party_organizations") in projected_tables()
    uncompared = sorted(projected_tables() - compared_tables())
    assert not uncompared, f"{uncompared}: declare a Comparison in services/<service>/reconciliation.py"


def test_reconcile__every_comparison_names_rows_that_its_source_publishes() -> None:
    declared = [(service, one) for service in SERVICES for one in load(service).reconciliation.comparisons]
    assert [
        (service, one.name)
        for service, one in declared
        if one.published not in load(one.source).reconciliation.published
    ] == []


async def take_names(tx: Transaction, events: Sequence[Received[OrganizationState]]) -> None:
    """The handler of an invented projection."""
    for event in events:
        await tx.execute(
            text(
                "INSERT INTO organization_names (id, name, sequence) VALUES (:id, :name, :sequence) "
                "ON CONFLICT (id) DO UPDATE SET name = excluded.name, sequence = excluded.sequence "
                "WHERE organization_names.sequence < excluded.sequence"
            ),
            {"id": event.data.id, "name": event.data.name, "sequence": event.envelope.sequence},
        )


async def ignore(_: Transaction, __: Sequence[Received[Any]]) -> None:
    """The handler of an event of a service that evaluation did not read before."""


NAMES = "CREATE TABLE organization_names (id uuid PRIMARY KEY, name text NOT NULL, sequence bigint NOT NULL)"
SECOND = Projection(
    "organization-names",
    ("organization_names",),
    Handlers({OrganizationRegistered: take_names, OrganizationChanged: take_names}),
)
COMPARISON = Comparison(
    "names of organizations",
    ("organization_names",),
    "registry",
    "organizations",
    content="ROW(name, sequence)",
    rows="SELECT *, ARRAY[id] AS subjects FROM organization_names",
)


@pytest.fixture
def second_projection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evaluation keeps organizations' names too, and handles an event of incubation."""
    before = worker.HANDLERS
    table: dict[Any, Any] = {kind: before.of(kind.TYPE) for kind in CATALOG.values() if kind.TYPE in before.types}
    table |= {OrganizationRegistered: take_names, OrganizationChanged: take_names, FormationCheckCompleted: ignore}
    monkeypatch.setattr(worker, "HANDLERS", Handlers(table))
    monkeypatch.setattr(consumers, "PROJECTIONS", (*consumers.PROJECTIONS, SECOND))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = reconciliation.RECONCILIATION
    changed = replace(declared, comparisons=(*declared.comparisons, COMPARISON))
    monkeypatch.setattr(reconciliation, "RECONCILIATION", changed)


@pytest.mark.usefixtures("second_projection")
def test_reconcile__a_second_projection_that_nothing_compares_is_noticed() -> None:
    with pytest.raises(AssertionError, match="organization_names"):
        test_reconcile__every_table_of_every_projection_is_compared()


@pytest.fixture
async def wider(second_projection: None, compared: None, world: World) -> World:
    """The world with both projections of evaluation filled."""
    await world.change("evaluation", NAMES, f"GRANT ALL ON organization_names TO {RUNTIME}")
    await world.record_body()
    await world.file_body()
    for number in range(1, 5):
        await world.register(number)
    await world.settle()
    assert await world.approve_all()
    await world.settle()
    await world.register(1, name="改名", as_of="2026-03-03T09:00:00+08:00")
    await commend(world)
    await world.settle()
    assert await world.rate_and_pay()
    await world.check_in()
    async with asyncio.timeout(30):
        while await world.scalar("evaluation", "SELECT count(*) FROM inbox") < 16:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return world


async def differing(world: World, *services: str) -> dict[str, Finding]:
    found = await find_differences(world.settings, services or SERVICES, 0.0)
    return {f"{one.service}: {one.check}": one for one in found if one.differ}


@on_the_log
async def test_reconcile__a_second_projection_and_a_new_handler_are_checked(wider: World) -> None:
    assert sources_of(wider.settings["evaluation"]) == {"registry", "incubation"}
    found = await find_differences(wider.settings, ["evaluation"], 0.0)
    assert {one.check: one.examples for one in found if one.differ} == {}
    compared = {one.check: one.compared for one in found}
    assert compared["names of organizations as in registry"] == 4
    assert compared["events of incubation arrived"] == 6
    # Registrations and a change of organizations, what became of their Party organizations, and a superior body.
    assert compared["events of registry arrived"] == 5 + 4 + 1

    await wider.change("evaluation", "UPDATE organization_names SET name = 'wrong' WHERE sequence = 2")
    [(key, finding)] = (await differing(wider)).items()
    assert key == "evaluation: names of organizations as in registry"
    assert "shuangfu replay --service evaluation" in finding.advice

    await wider.workers["evaluation"].stop()
    [row] = await wider.rows("incubation", "SELECT id FROM outbox WHERE type LIKE '%.formation_check.%' LIMIT 1")
    await wider.change("evaluation", f"DELETE FROM inbox WHERE event_id = '{row['id']}'")
    assert "evaluation: events of incubation arrived" in await differing(wider)


PAIR = "md5(party_organization_id::text || organization_id::text)::uuid"
ENDED = ("until = since", "until = NULL")
HISTORIES = {"organization_stays": ("organization_id", *ENDED), "coverage_spans": (PAIR, *ENDED)}
"""Tables with a row for each time: what they are compared by, how a row is damaged, and how it is mended."""
SEQUENCE = ("id", "sequence = sequence + 1", "sequence = sequence - 1")


@on_the_log
async def test_reconcile__a_changed_row_in_any_table_of_any_projection_is_found(wider: World) -> None:
    assert await differing(wider) == {}
    for service, table in sorted(projected_tables()):
        compared_by, damage, mend = HISTORIES.get(table, SEQUENCE)
        rows = await wider.rows(service, f"SELECT id, {compared_by} AS named FROM {table} ORDER BY id LIMIT 1")
        assert rows, f"{service}'s {table} is empty: let `wider` fill it"
        [row] = rows
        where = f"WHERE id = '{row['id']}'"
        await wider.change(service, f"UPDATE {table} SET {damage} {where}")
        found = await differing(wider)
        assert {key.partition(":")[0] for key, one in found.items() if " as in " in key} == {service}, (table, found)
        assert all(one.examples == [str(row["named"])] for one in found.values())
        await wider.change(service, f"UPDATE {table} SET {mend} {where}")
    assert await differing(wider) == {}


@on_the_log
async def test_reconcile__the_command_needs_the_settings_of_the_services_that_the_handlers_read(world: World) -> None:
    code, out = await command(world.environment("incubation", "registry"), "incubation")
    assert code == 0, out
    code, out = await command(world.environment("incubation"), "incubation")
    assert code == 2
    assert "SHUANGFU_REGISTRY_DATABASE_URL" in out


async def command(environment: dict[str, str], service: str) -> tuple[int, str]:
    done = await commands.run_beside("reconcile", "--service", service, "--no-audit", **environment)
    return done.returncode, done.stdout + done.stderr


@on_the_log
async def test_reconcile__a_new_aggregate_is_compared_with_its_last_event(world: World) -> None:
    await world.register(1)
    await world.settle()
    toy = uuid4()
    await world.change(
        "registry",
        "CREATE TABLE toys (id uuid PRIMARY KEY, version bigint NOT NULL)",
        f"GRANT SELECT ON toys TO {RUNTIME}",
        f"INSERT INTO toys VALUES ('{toy}', 2), ('{uuid4()}', 7)",
        *(published(toy, sequence) for sequence in (1, 2)),
    )
    assert await versions(world, "registry") == []
    await world.change("registry", "UPDATE toys SET version = version + 1")
    assert await versions(world, "registry") == [f"toys {toy} is at 3, its last event at 2"]


def published(subject: UUID, sequence: int) -> str:
    return (
        "INSERT INTO outbox (id, topic, key, type, subject, sequence, occurred_at, data, published_at) VALUES "
        f"('{uuid4()}', 'registry.toys', '', 'shuangfu.registry.toy.done.v1', '{subject}', {sequence}, "
        "now(), '{}', now())"
    )


async def versions(world: World, service: str) -> list[str]:
    [finding] = [
        one for one in await find_differences(world.settings, [service], 0.0) if one.check == "versions without gaps"
    ]
    return finding.examples


@on_the_log
async def test_reconcile__aggregates_are_found_and_projections_are_not_taken_for_them(world: World) -> None:
    """By the tables as they are: every table whose rows are subjects of events is numbered by the column it has."""
    await world.register(1)
    await world.register(2, members=0)
    await world.settle()
    assert await world.approve_all()
    await world.settle()
    assert await world.rate_and_pay()
    await world.settle()
    for service, statement in (
        ("registry", "UPDATE organizations SET version = version + 1"),
        ("registry", "UPDATE party_organizations SET version = version + 1"),
        ("incubation", "UPDATE organizations SET checks = checks + 1"),
        ("incubation", "UPDATE areas SET version = version + 1"),
        ("evaluation", "UPDATE evaluations SET sequence = sequence + 1"),
        ("funding", "UPDATE grants SET version = version + 1"),
    ):
        assert await versions(world, service) == []
        await world.change(service, "SET session_replication_role = replica; " + statement)
        assert await versions(world, service) != [], statement
        await world.change(service, "SET session_replication_role = replica; " + statement.replace("+", "-"))
    for service, table in projected_tables():
        await world.change(service, f"SET session_replication_role = replica; UPDATE {table} SET sequence = 99")
        assert await versions(world, service) == [], (service, table)
