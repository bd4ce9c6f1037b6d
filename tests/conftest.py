"""Real PostgreSQL and real Kafka for every test: one server of each a run, a fresh database a test."""

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from uuid import uuid4

import asyncpg
import httpx
import pytest
import stamina
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import make_url

from shared.bus.transports.postgres_log import migrate_log
from shared.db.access import system_access
from shared.db.session import Database
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.settings import ServiceSettings
from shared.telemetry.fast_path import write_request_lines
from shared.urls import driver_url, engine_url, with_database, with_login
from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import settings_kind

# As in CI, where Hypothesis sees to it by itself: a busy machine is no failure.
hypothesis_settings.register_profile(
    "patient", parent=hypothesis_settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")
# Durability is not under test in most of them; what is, starts a server of its own.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300"}
RUNTIME_PASSWORD = "of-the-tests"
ALL_ROLES = tuple(str(role) for role in Role)
PROVINCES = ("31", "33")
SYSTEM = system_access("tests", "test")
"""For what tests themselves do in a service's database."""


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
    await ensure_roles(server.url(), runtime_password=RUNTIME_PASSWORD)
    await create_databases(server.url(), [name], owner=OWNER)
    url = server.url(name)
    if service == "bus":
        await migrate_log(url, owner=OWNER, runtime=RUNTIME)
    else:
        await let_policies_use_indexes(url)
        await migrate(service, url, role=OWNER)


NewDatabase = Callable[[str], Awaitable[str]]


@asynccontextmanager
async def fresh_databases(server: EmbeddedPostgres, templates: set[str]) -> AsyncIterator[NewDatabase]:
    """`await make("registry")` makes a migrated database of a service; all of them are gone in the end."""
    admin = await asyncpg.connect(driver_url(server.url()))
    made: list[str] = []

    async def make(service: str) -> str:
        if service not in templates:
            await _make_template(server, service)
            templates.add(service)
        name = f"{service}_{uuid4().hex[:12]}"
        await admin.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "template_{service}" STRATEGY FILE_COPY')
        made.append(name)
        return engine_url(with_login(with_database(server.url(), name), RUNTIME, RUNTIME_PASSWORD))

    try:
        yield make
    finally:
        for name in made:
            with suppress(asyncpg.PostgresError):
                await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


@pytest.fixture
async def database_url(postgres_server: EmbeddedPostgres, templates: set[str]) -> AsyncIterator[NewDatabase]:
    """`await database_url("registry")`: a fresh database of a service.

    The URL is that of the runtime role, as in production; see `as_admin` for what that role may not do.
    """
    async with fresh_databases(postgres_server, templates) as make:
        yield make


class AsAdmin:
    """What the runtime role may not do, in the database that a URL names. Tables made so are the runtime's to use."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    async def __call__(self, url: str, *statements: str) -> None:
        """Run each statement in turn."""
        async with self.connected(url) as connection:
            await connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {RUNTIME}")
            for statement in statements:
                await connection.execute(statement)

    async def rows(self, url: str, statement: str, *parameters: object) -> list[asyncpg.Record]:
        """What a superuser sees."""
        async with self.connected(url) as connection:
            found: list[asyncpg.Record] = await connection.fetch(statement, *parameters)
            return found

    @asynccontextmanager
    async def connected(self, url: str) -> AsyncIterator[asyncpg.Connection]:
        name = make_url(url).database
        assert name is not None
        connection = await asyncpg.connect(driver_url(with_database(self._server.url(), name)))
        try:
            yield connection
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def as_admin(postgres_server: EmbeddedPostgres) -> AsAdmin:
    """`await as_admin(database.url, "CREATE TABLE …")`."""
    return AsAdmin(postgres_server)


@pytest.fixture
async def database_for(
    database_url: Callable[[str], Awaitable[str]],
) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """`await database_for("registry")`: the same, opened as a worker opens it."""
    opened: list[Database] = []

    async def make(service: str) -> Database:
        database = Database(await database_url(service), pool_size=20, access=system_access(service, "test"))
        opened.append(database)
        return database

    yield make
    for database in opened:
        await database.close()


class TokenFor(Protocol):
    """Makes a token of the tests' issuer."""

    def __call__(
        self,
        roles: str | Sequence[str] = ALL_ROLES,
        divisions: Sequence[str] = PROVINCES,
        subject: str = "tester",
    ) -> str:
        """By default: one caller who may do everything in both tabled provinces."""
        ...


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIssuer:
    """The issuer whose keys the services under test know."""
    return EmbeddedIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
def token_for(issuer: EmbeddedIssuer) -> TokenFor:
    """`token_for("payer", ["3301"], subject="甲")`."""

    @cache
    def issue(subject: str, roles: tuple[str, ...], divisions: tuple[str, ...]) -> str:
        return issuer.issue(subject, roles, divisions, 24 * 3600)

    def token(
        roles: str | Sequence[str] = ALL_ROLES, divisions: Sequence[str] = PROVINCES, subject: str = "tester"
    ) -> str:
        return issue(subject, (roles,) if isinstance(roles, str) else tuple(roles), tuple(divisions))

    return token


class Hands(httpx.Auth):
    """Sends a token of all roles unless the request has one: of a subject of its own for each step of a chain.

    Duties are segregated by subject, so the last part of the path (`review`, `payment`, `self`) names the hand.
    """

    def __init__(self, token_for: TokenFor) -> None:
        self._token_for = token_for

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        if "authorization" not in request.headers:
            step = request.url.path.rpartition("/")[2]
            hand = f"hand-{step}" if request.method in {"POST", "PUT"} and step in STEPS else "tester"
            request.headers["Authorization"] = f"Bearer {self._token_for(subject=hand)}"
        yield request


STEPS = frozenset({"release", "review", "approval", "payment", "self", "group", "committee", "completion"})


@pytest.fixture(scope="session")
def hands(token_for: TokenFor) -> Hands:
    """`httpx.AsyncClient(auth=hands)`."""
    return Hands(token_for)


def make_settings(service: str, database_url: str, bus_url: str, issuer: EmbeddedIssuer) -> ServiceSettings:
    """Settings of a service under test: the log transport, the tests' issuer, samples accepted."""
    return settings_kind(service)(
        service=service,
        database_url=database_url,
        bus="postgres_log",
        bus_database_url=bus_url,
        allow_sample_codes=True,
        poll_seconds=0.2,
        auth_issuer=ISSUER,
        auth_audience=AUDIENCE,
        auth_jwks_file=issuer.jwks_file,
    )


@pytest.fixture
async def settings_for(
    database_url: Callable[[str], Awaitable[str]], issuer: EmbeddedIssuer
) -> Callable[[str], Awaitable[ServiceSettings]]:
    """`await settings_for("registry")`: settings with a fresh database, the log transport, samples accepted."""
    bus: list[str] = []

    async def make(service: str) -> ServiceSettings:
        if not bus:
            bus.append(await database_url("bus"))
        return make_settings(service, await database_url(service), bus[0], issuer)

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
    from shuangfu.embedded.kafka_jars import availability

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


@pytest.fixture
def logs_put_back() -> Iterator[None]:
    """What a command run in this process sets up for its logs ends with the test: its stream is closed then."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    write_request_lines(None)
    root.handlers = before
    structlog.reset_defaults()


@pytest.fixture(autouse=True, scope="session")
def _quick_retries() -> None:
    """Retries stay real; only the hooks that log each of them are off."""
    stamina.instrumentation.set_on_retry_hooks([])


REPOSITORY = Path(__file__).resolve().parents[1]
