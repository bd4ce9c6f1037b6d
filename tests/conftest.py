"""Real PostgreSQL and real Kafka for every test: one server of each a run, a fresh database a test."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import stamina
import structlog
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from shared.db.access import system_access
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.telemetry.fast_path import write_request_lines
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.services import settings_kind
from tests.running.callers import ALL_ROLES, PROVINCES, STEPS, Hands, TokenFor, tokens_of
from tests.running.databases import RUNTIME_PASSWORD, AsAdmin, NewDatabase, Templates, fresh_databases
from tests.running.servers import FAST, OwnServers, Servers

pytest_plugins = ["tests.running.session", "tests.running.fonts"]
__all__ = [
    "ALL_ROLES",
    "FAST",
    "PROVINCES",
    "REPOSITORY",
    "RUNTIME_PASSWORD",
    "STEPS",
    "SYSTEM",
    "AsAdmin",
    "Hands",
    "NewDatabase",
    "Templates",
    "TokenFor",
    "fresh_databases",
    "make_settings",
]

# As in CI, where Hypothesis sees to it by itself: a busy machine is no failure.
hypothesis_settings.register_profile(
    "patient", parent=hypothesis_settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("patient")
REPOSITORY = Path(__file__).resolve().parents[1]
SYSTEM = system_access("tests", "test")
"""For what tests themselves do in a service's database."""


@pytest.fixture(scope="session")
def postgres_server(servers: Servers) -> EmbeddedPostgres:
    """One PostgreSQL for the run."""
    return servers.postgres()


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of this file, for tests that alter roles: all databases of a server share them."""
    servers = OwnServers()
    yield servers.postgres()
    servers.close()


@pytest.fixture(scope="session")
def kafka_bootstrap(servers: Servers) -> str:
    """A real broker for the run: the one that SHUANGFU_KAFKA_BOOTSTRAP names, or one started from its jars."""
    return servers.kafka()


@pytest.fixture(scope="session")
def templates(servers: Servers) -> Templates:
    """Migrated databases to copy, each made once a run."""
    return Templates(servers)


@pytest.fixture
async def database_url(postgres_server: EmbeddedPostgres, templates: Templates) -> AsyncIterator[NewDatabase]:
    """`await database_url("registry")`: a fresh database of a service.

    The URL is that of the runtime role, as in production; see `as_admin` for what that role may not do.
    """
    async with fresh_databases(postgres_server, templates) as make:
        yield make


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


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedIssuer:
    """The issuer whose keys the services under test know."""
    return EmbeddedIssuer(tmp_path_factory.mktemp("issuer"))


@pytest.fixture(scope="session")
def token_for(issuer: EmbeddedIssuer) -> TokenFor:
    """`token_for("payer", ["3301"], subject="甲")`."""
    return tokens_of(issuer)


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


@pytest.fixture(autouse=True, scope="session")
def _short_tracebacks() -> None:
    """With every local variable, as structlog draws them until it is configured, one takes seconds; none reads them."""
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
