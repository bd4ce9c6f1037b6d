"""The embedded transport's position is asked on one connection, which a server that ended it gets again."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import make_url

from shared.bus.transports.log_subscription import LogSubscription
from shared.bus.transports.postgres_log import PostgresLog
from tests.conftest import AsAdmin

SESSIONS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() "
    "AND query LIKE '%bus_topics t LEFT JOIN%'"
)


@pytest.fixture
async def url(database_url: Callable[[str], Awaitable[str]]) -> str:
    return await database_url("bus")


@pytest.fixture
async def subscription(url: str) -> AsyncIterator[LogSubscription]:
    """Of a group that has read nothing of one topic."""
    transport = PostgresLog(url)
    await transport.start()
    await transport.ensure_topics(["t"])
    found = await transport.subscribe("g", ["t"])
    yield found
    await found.close()
    await transport.close()


async def asking(url: str, as_admin: AsAdmin) -> set[int]:
    """Sessions that have asked."""
    return {row["pid"] for row in await as_admin.rows(url, SESSIONS, make_url(url).database)}


async def test_position__is_asked_on_one_connection_that_ends_with_the_member(
    url: str, subscription: LogSubscription, as_admin: AsAdmin
) -> None:
    assert await subscription.position() == (0, 0, False)
    first = await asking(url, as_admin)
    assert len(first) == 1
    assert await subscription.position() == (0, 0, False)
    assert await asking(url, as_admin) == first
    await subscription.close()
    for _ in range(100):
        if not await asking(url, as_admin):
            return
    raise AssertionError("its connection is still open")


async def test_position__is_asked_again_after_its_connection_was_ended(
    url: str, subscription: LogSubscription, as_admin: AsAdmin
) -> None:
    await subscription.position()
    [pid] = await asking(url, as_admin)
    await as_admin(url, f"SELECT pg_terminate_backend({pid})")
    try:
        found = await subscription.position()
    except Exception:  # the driver may hear of it by this question only; the next one is answered
        found = await subscription.position()
    assert found == (0, 0, False)
    assert await asking(url, as_admin) != {pid}
