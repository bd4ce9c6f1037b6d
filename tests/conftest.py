"""Real PostgreSQL and real Kafka for every test: one server of each a run, a fresh database a test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import pytest
import stamina

from shared.bus.postgres_log import migrate_log
from shared.db.migrate import create_databases, migrate
from shared.db.session import Database
from shared.db.urls import driver_url, engine_url, with_database
from shared.settings import ServiceSettings
from shuangfu.embedded.postgres import EmbeddedPostgres

# Durability is not under test in most of them; what is, starts a server of its own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for the run. Not in pytest's own folder: that is closed to the server's account."""
    folder = TemporaryDirectory(prefix="shuangfu-tests-")
    with folder, EmbeddedPostgres.start(Path(folder.name), settings=FAST) as server:
        yield server


@pytest.fixture(scope="session")
def templates() -> set[str]:
    """Services whose migrated template database exists."""
    return set()


async def _make_template(server: EmbeddedPostgres, service: str) -> None:
    name = f"template_{service}"
    await create_databases(server.url(), [name])
    url = server.url(name)
    await (migrate_log(url) if service == "bus" else migrate(service, url))


@pytest.fixture
async def database_url(
    postgres_server: EmbeddedPostgres, templates: set[str]
) -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """`await database_url("registry")` makes a fresh migrated database of a service; gone after the test."""
    admin = await asyncpg.connect(driver_url(postgres_server.url()))
    made: list[str] = []

    async def make(service: str) -> str:
        if service not in templates:
            await _make_template(postgres_server, service)
            templates.add(service)
        name = f"{service}_{uuid4().hex[:12]}"
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "template_{service}" STRATEGY FILE_COPY')
        made.append(name)
        return engine_url(with_database(postgres_server.url(), name))

    yield make
    for name in made:
        with suppress(asyncpg.PostgresError):
            await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
async def database_for(
    database_url: Callable[[str], Awaitable[str]],
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """`await database_for("registry")`: the same, opened."""
    opened: list[Database] = []

    async def make(service: str) -> Database:
        database = Database(await database_url(service), pool_size=20)
        opened.append(database)
        return database

    yield make
    for database in opened:
        await database.close()


@pytest.fixture
async def settings_for(database_url: Callable[[str], Awaitable[str]]) -> Callable[[str], Awaitable[ServiceSettings]]:
    """`await settings_for("registry")`: settings with a fresh database, the log transport, samples accepted."""
    bus: list[str] = []

    async def make(service: str) -> ServiceSettings:
        if not bus:
            bus.append(await database_url("bus"))
        return ServiceSettings(
            service=service,
            database_url=await database_url(service),
            bus="postgres_log",
            bus_database_url=bus[0],
            allow_sample_codes=True,
            poll_seconds=0.2,
        )

    return make


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real broker: the one that SHUANGFU_KAFKA_BOOTSTRAP names, or one started from its jars."""
    named = os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP")
    if named:
        yield named
        return
    from shuangfu.embedded.kafka import LocalKafka

    with LocalKafka.start(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap


def _kafka_missing() -> str | None:
    if os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP"):
        return None
    from shuangfu.embedded.kafka import availability

    return availability()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without Kafka its tests are left out aloud; with CI=true that is a failure."""
    needing = [item for item in items if item.get_closest_marker("kafka")]
    missing = _kafka_missing() if needing else None
    if missing is None:
        return
    if os.environ.get("CI") == "true":
        raise pytest.UsageError(f"CI=true, but Kafka cannot run here: {missing}")
    config.stash[_LOUD] = f"KAFKA IS NOT HERE: {missing} — {len(needing)} Kafka tests are LEFT OUT of this run."
    config.hook.pytest_deselected(items=needing)
    items[:] = [item for item in items if item not in needing]


_LOUD = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The one loud line."""
    if _LOUD in config.stash:
        terminalreporter.write_sep("!", config.stash[_LOUD], red=True, bold=True)


@pytest.fixture(autouse=True, scope="session")
def _quick_retries() -> None:
    """Retries stay real; only the hooks that log each of them are off."""
    stamina.instrumentation.set_on_retry_hooks([])


REPOSITORY = Path(__file__).resolve().parents[1]
