"""What the tests of identity and scope share."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import AsAdmin, Hands, Templates
from tests.running.servers import Servers
from tests.security.kept_worlds import WorldsOfTheRun
from tests.security.worlds import World


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[structlog.typing.EventDict]]:
    """Tracebacks with every local variable take seconds to draw, and nobody looks at them here."""
    with structlog.testing.capture_logs() as found:
        yield found


@pytest.fixture(scope="session")
def worlds_of_the_run(
    servers: Servers,
    postgres_server: EmbeddedPostgres,
    templates: Templates,
    issuer: EmbeddedIssuer,
    hands: Hands,
    as_admin: AsAdmin,
) -> WorldsOfTheRun:
    """What is seeded once."""
    return WorldsOfTheRun(servers, postgres_server, templates, issuer, hands, as_admin)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(
    worlds_of_the_run: WorldsOfTheRun, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, World]]:
    """The four services with rows in one district, a copy for each file of tests."""
    async with worlds_of_the_run.open(tmp_path_factory.mktemp("worlds")) as found:
        yield found
