"""What the tests of identity and scope share."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import AsAdmin, Hands, Templates, fresh_databases
from tests.security.worlds import World, open_worlds


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[list[structlog.typing.EventDict]]:
    """Tracebacks with every local variable take seconds to draw, and nobody looks at them here."""
    with structlog.testing.capture_logs() as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(
    postgres_server: EmbeddedPostgres,
    templates: Templates,
    issuer: EmbeddedIssuer,
    hands: Hands,
    as_admin: AsAdmin,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[dict[str, World]]:
    """The four services with rows in one district, created for each file of tests."""
    folder = tmp_path_factory.mktemp("worlds")
    async with (
        fresh_databases(postgres_server, templates) as make,
        open_worlds(make, issuer, hands, as_admin, folder) as found,
    ):
        yield found
