"""Several projections in one service: each is rebuilt by its name alone, though they share topics and events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from shared.bus.envelope import Delivered, encode
from shared.bus.handlers import Handlers, Received
from shared.bus.projections import Projection
from shared.bus.receiving.consumer import Consumer
from shared.bus.replaying.replay import ReplayReport, replay
from shared.bus.replaying.replay_events import ReplayRefused
from shared.bus.transports.history import LogHistory
from shared.bus.transports.postgres_log import PostgresLog
from shared.bus.worker import Worker
from shared.contracts.registry import (
    OrganizationChanged,
    OrganizationDeregistered,
    OrganizationRegistered,
    PartyOrganizationEstablished,
)
from shared.db.access import system_access
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from shuangfu.cli import app
from shuangfu.commands.operations import replay as command
from shuangfu.services import SERVICES, Service, handlers_of, load
from tests.conftest import AsAdmin
from tests.incubation.conftest import Organization, established

CONSUMER = "registry"
"""Any service's name: the toy takes its place."""
TABLES = (
    "CREATE TABLE names (id uuid PRIMARY KEY, sequence bigint NOT NULL, name text, marked boolean DEFAULT false)",
    "CREATE TABLE ends (id uuid PRIMARY KEY, sequence bigint NOT NULL, ended boolean, covered_by uuid)",
    "CREATE TABLE marks (id uuid PRIMARY KEY)",
)
DAMAGE = ("UPDATE names SET name = 'wrong'", "UPDATE ends SET ended = NOT ended")


def upsert(table: str, column: str, value: str) -> Any:
    return text(
        f"INSERT INTO {table} (id, sequence, {column}) VALUES (:id, :sequence, {value}) "
        f"ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, {column} = excluded.{column} "
        f"WHERE excluded.sequence > {table}.sequence"
    )


async def take_names(tx: Transaction, events: Sequence[Received[Any]]) -> None:
    for event in events:
        place = {"id": event.data.id, "sequence": event.envelope.sequence}
        await tx.execute(upsert("names", "name", ":name"), {**place, "name": event.data.name})


async def take_ends(tx: Transaction, events: Sequence[Received[Any]]) -> None:
    for event in events:
        ended = "true" if isinstance(event.data, OrganizationDeregistered) else "false"
        place = {"id": event.data.id, "sequence": event.envelope.sequence}
        await tx.execute(upsert("ends", "ended", ended), place)


async def take_coverage(tx: Transaction, events: Sequence[Received[Any]]) -> None:
    for event in events:
        ids = {"party": event.data.id, "covered": [one.organization_id for one in event.data.covers]}
        await tx.execute(text("UPDATE ends SET covered_by = :party WHERE id = ANY(:covered)"), ids)


async def take_registered(tx: Transaction, events: Sequence[Received[Any]]) -> None:
    """One event, both projections; and a decision, which no replay makes again."""
    await take_names(tx, events)
    await take_ends(tx, events)
    for event in events:
        await tx.execute(text("INSERT INTO marks VALUES (:id)"), {"id": event.data.id})
        await tx.execute(text("UPDATE names SET marked = true WHERE id = :id"), {"id": event.data.id})


LIVE = Handlers(
    {
        OrganizationRegistered: take_registered,
        OrganizationChanged: take_names,
        OrganizationDeregistered: take_ends,
        PartyOrganizationEstablished: take_coverage,
    }
)
NAMES = Projection(
    "names",
    ("names",),
    Handlers({OrganizationRegistered: take_names, OrganizationChanged: take_names}),
    complete="UPDATE pg_temp.names AS n SET marked = true FROM public.marks AS m WHERE m.id = n.id",
)
ENDS = Projection(
    "ends",
    ("ends",),
    Handlers(
        {
            OrganizationRegistered: take_ends,
            OrganizationDeregistered: take_ends,
            PartyOrganizationEstablished: take_coverage,
        }
    ),
)


class Toy:
    """A service with two projections, all events handled."""

    def __init__(self, settings: ServiceSettings, database: Database, as_admin: AsAdmin) -> None:
        assert settings.bus_database_url is not None
        self.settings = settings
        self.database = database
        self.bus_url = settings.bus_database_url
        self.as_admin = as_admin

    async def replay(self, projection: Projection) -> ReplayReport:
        history = await LogHistory.open(self.bus_url, LIVE.topics, None)
        try:
            return await replay(self.database, CONSUMER, projection, history, live=LIVE)
        finally:
            await history.close()

    async def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        statements = {name: f"SELECT * FROM {name} ORDER BY id" for name in ("names", "ends", "marks")}
        return {
            name: [tuple(row) for row in await self.as_admin.rows(self.database.url, statement)]
            for name, statement in statements.items()
        }

    async def damage(self) -> None:
        await self.as_admin(self.database.url, *DAMAGE)


@pytest.fixture
async def toy(settings_for: Callable[[str], Awaitable[ServiceSettings]], as_admin: AsAdmin) -> AsyncIterator[Toy]:
    settings = await settings_for(CONSUMER)
    database = Database(settings.database_url, access=system_access(CONSUMER, "test"))
    toy = Toy(settings, database, as_admin)
    await as_admin(database.url, *TABLES)
    first, second = Organization(1), Organization(2)
    events = [
        first.state(),
        second.state(),
        first.state(name="新名"),
        established("area", second, party=UUID(int=99)),
        second.ended(),
        first.state(name="再改名"),
    ]
    messages = [encode(one.data.TOPIC, one.envelope, one.data.model_dump_json().encode()) for one in events]
    transport = PostgresLog(toy.bus_url)
    await transport.start()
    await transport.publish(messages)
    consumer = Consumer(CONSUMER, database, transport, LIVE)
    await consumer.handle([Delivered(message, 0, place) for place, message in enumerate(messages)])
    await transport.close()
    yield toy
    await database.close()


async def test_replay__one_of_two_projections_is_rebuilt_and_the_other_left_alone(toy: Toy) -> None:
    true = await toy.tables()
    assert true["names"] == [(UUID(int=1), 3, "再改名", True), (UUID(int=2), 1, "示例组织2", True)]
    assert true["ends"] == [(UUID(int=1), 1, False, None), (UUID(int=2), 2, True, UUID(int=99))]
    await toy.damage()
    damaged = await toy.tables()
    report = await toy.replay(NAMES)
    assert (report.projection, report.events_read, report.events_applied, report.events_waiting) == ("names", 4, 4, 0)
    assert (list(report.tables), report.changes) == (["names"], 2)
    assert await toy.tables() == {**damaged, "names": true["names"]}
    report = await toy.replay(ENDS)
    assert (report.events_read, report.events_applied, report.events_waiting) == (4, 4, 0)
    assert await toy.tables() == true
    assert [(await toy.replay(one)).changes for one in (NAMES, ENDS)] == [0, 0]


@pytest.mark.parametrize("projection", [NAMES, ENDS], ids=lambda one: str(one.name))
async def test_replay__of_either_is_refused_where_the_log_has_lost_an_event(toy: Toy, projection: Projection) -> None:
    """The inbox does not say of which type an event was: only a log with all of them shows that one is missing."""
    lost = 2 if projection is NAMES else 3  # a change, a deregistration
    await toy.as_admin(
        toy.bus_url, f"DELETE FROM bus_log WHERE topic = 'registry.organizations' AND \"offset\" = {lost}"
    )
    before = await toy.tables()
    with pytest.raises(ReplayRefused, match="not in the log"):
        await toy.replay(projection)
    assert await toy.tables() == before


async def test_replay__events_of_the_other_projection_are_not_counted_as_waiting(toy: Toy) -> None:
    transport = PostgresLog(toy.bus_url)
    await transport.start()
    waiting = Organization(3).ended(sequence=7)
    await transport.publish([encode(waiting.data.TOPIC, waiting.envelope, waiting.data.model_dump_json().encode())])
    await transport.close()
    assert [(await toy.replay(one)).events_waiting for one in (NAMES, ENDS)] == [0, 1]


@pytest.mark.parametrize(
    ("named", "rebuilt"), [(["--projection", "ends"], ["ends"]), (["--projection", "names"], ["names"]), ([], None)]
)
async def test_replay_command__takes_one_by_its_name_or_all(
    toy: Toy, monkeypatch: pytest.MonkeyPatch, named: list[str], rebuilt: list[str] | None
) -> None:
    def load_toy(name: str) -> Service:
        return replace(
            load(name),
            projections=(NAMES, ENDS),
            create_worker=lambda settings, database: Worker(settings, database, LIVE),
        )

    monkeypatch.setattr(command, "load", load_toy)
    for name, value in toy.settings.model_dump(exclude_defaults=True, exclude={"service"}).items():
        monkeypatch.setenv(f"SHUANGFU_{CONSUMER.upper()}_{name.upper()}", str(value))
    true = await toy.tables()
    await toy.damage()
    damaged = await toy.tables()
    arguments = ["replay", "--service", CONSUMER, "--from", "beginning", "--json", *named]
    done = await asyncio.to_thread(CliRunner().invoke, app, arguments)
    assert done.exit_code == 0, done.output
    names = rebuilt or ["names", "ends"]
    assert [orjson.loads(line)["projection"] for line in done.output.splitlines()] == names
    assert await toy.tables() == {**damaged, **{name: true[name] for name in names}}
    unknown = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--projection", "nothing"])
    assert (unknown.exit_code, "names, ends" in unknown.output) == (2, True)


@pytest.mark.parametrize("name", SERVICES)
async def test_projections__of_a_service_share_no_name_and_no_table(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], name: str
) -> None:
    service, settings = load(name), await settings_for(name)
    names = [projection.name for projection in service.projections]
    tables = [table for projection in service.projections for table in projection.tables]
    assert (len(set(names)), len(set(tables))) == (len(names), len(tables))
    for projection in service.projections:
        assert projection.handlers.types <= handlers_of(service, settings).types, "what nobody handles is in no inbox"
