"""Stacks and houses to break: processes of their own, or the four services in this one."""

import asyncio
import functools
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
import structlog

from shuangfu.embedded.issuer import EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import NewDatabase, TokenFor
from tests.faults.rig.house import House, open_house
from tests.faults.rig.proof import LONG
from tests.faults.rig.stack import Stack, open_stack

HANG_SECONDS = 3600 if LONG else 600
"""Longer than any trial takes on a slow machine: what has not ended by then goes round in a loop that does not end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A trial that hangs ends as a failure, with its seed and the place where it hung."""
    for item in items:
        if isinstance(item, pytest.Function) and Path(__file__).parent in item.path.parents:
            item.obj = in_time(item.obj)


def in_time(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The test, cut off where it takes for ever."""
    if not inspect.iscoroutinefunction(test):
        return test

    @functools.wraps(test)
    async def run(*arguments: Any, **fixtures: Any) -> None:
        async with asyncio.timeout(HANG_SECONDS):
            await test(*arguments, **fixtures)

    return run


@pytest.fixture
async def stack(
    tmp_path: Path,
    postgres_server: EmbeddedPostgres,
    database_url: NewDatabase,
    kafka_bootstrap: str,
    issuer: EmbeddedIssuer,
) -> AsyncIterator[Stack]:
    """Fresh databases and topics on the run's own servers; processes are the test's to start and to kill."""
    async with open_stack(tmp_path, postgres_server, database_url, kafka_bootstrap, issuer) as found:
        yield found


@pytest.fixture
def quiet_logs() -> Iterator[None]:
    """Tracebacks with every local variable take seconds to draw; faults make many."""
    with structlog.testing.capture_logs():
        yield


OpenHouse = Callable[..., AbstractAsyncContextManager[House]]


@pytest.fixture
def a_house(
    postgres_server: EmbeddedPostgres,
    database_url: NewDatabase,
    issuer: EmbeddedIssuer,
    token_for: TokenFor,
    quiet_logs: None,
    request: pytest.FixtureRequest,
) -> OpenHouse:
    """`async with a_house("kafka", pool_size=1) as house`: on a transport, settings of the services by name."""

    def open_on(bus: str = "postgres_log", **settings: Any) -> AbstractAsyncContextManager[House]:
        kafka = request.getfixturevalue("kafka_bootstrap") if bus == "kafka" else None
        return open_house(postgres_server, database_url, issuer, token_for, kafka=kafka, **settings)

    return open_on


@pytest.fixture(params=["postgres_log", pytest.param("kafka", marks=pytest.mark.kafka)])
async def house(a_house: OpenHouse, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """One on each transport."""
    async with a_house(request.param) as house:
        yield house
