"""Starts and stops aiokafka's clients without leaking connections or tasks.

By themselves they leak: a start that is cancelled loses its bootstrap connection, and a stop that fails or is cancelled
keeps every connection. The garbage collector would find those at any time.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from shared.process import let_finish

log = structlog.get_logger(__name__)

Client: TypeAlias = AIOKafkaAdminClient | AIOKafkaConsumer | AIOKafkaProducer
_CUT_SECONDS = 2.0
# Background tasks of a client: only its own `stop` knows them.
_OWNERS = ("_coordinator", "_fetcher", "_sender")
_TASKS = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_fetch_task", "_sender_task")


def read_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, bytes]:
    """Headers of a record. Kafka allows null values, an envelope does not: they become empty."""
    return {name: value or b"" for name, value in headers}


async def start(client: Client) -> None:
    """Connect. A client that does not come up, or whose start is cancelled, is stopped."""
    try:
        await let_finish(client.start())
    except BaseException:
        await stop(client, _CUT_SECONDS)
        raise


async def stop(client: Client, seconds: float) -> None:
    """Stop a client; if that takes longer than `seconds`, fails, or is cancelled, its connections are closed."""
    ending: Coroutine[Any, Any, None] = client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop()
    # In a task of its own: a cancelled task of the library would otherwise look like a cancellation of the caller.
    stopping = asyncio.create_task(ending)
    try:
        await asyncio.wait({stopping}, timeout=seconds)
    finally:
        if not stopping.done() or stopping.cancelled() or stopping.exception() is not None:
            log.info("kafka_client_cut_off", client=type(client).__name__)
            await _cut_off(client, stopping)


@asynccontextmanager
async def running(client: Client, seconds: float = 10.0) -> AsyncIterator[None]:
    """A client that is started, and stopped when the block ends."""
    await start(client)
    try:
        yield
    finally:
        await stop(client, seconds)


async def _cut_off(client: Client, stopping: asyncio.Task[None]) -> None:
    tasks = {stopping, *_tasks_of(client)}
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=_CUT_SECONDS)
    connections = client.client if isinstance(client, AIOKafkaProducer) else client._client
    closing = asyncio.create_task(connections.close())
    await asyncio.wait({closing}, timeout=_CUT_SECONDS)
    closing.cancel()


def _tasks_of(client: Client) -> Iterator[asyncio.Task[Any]]:
    owners = [owner for owner in (getattr(client, name, None) for name in _OWNERS) if owner is not None]
    for owner in owners:
        found = [getattr(owner, name, None) for name in _TASKS]
        yield from (task for task in (*found, *getattr(owner, "_pending_tasks", ())) if task is not None)
