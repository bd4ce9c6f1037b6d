"""aiokafka's clients from their start to their end: no connection of theirs and no task is left behind.

Left to themselves they leave some: a start that is cancelled loses the connection it bootstraps by, and a stop that
fails or is cut off keeps every connection. A garbage collector finds those, at any time and in anybody's way.
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
# What runs in the background of a client: nobody but its own `stop` knows of it.
_OWNERS = ("_coordinator", "_fetcher", "_sender")
_TASKS = ("_coordination_task", "_heartbeat_task", "_commit_refresh_task", "_fetch_task", "_sender_task")


def read_headers(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, bytes]:
    """Headers of a record. Kafka lets a value be null, which no envelope knows: it is as good as empty."""
    return {name: value or b"" for name, value in headers}


async def start(client: Client) -> None:
    """Connect. A client that does not come up, or whose start is cancelled, is stopped."""
    try:
        await let_finish(client.start())
    except BaseException:
        await stop(client, _CUT_SECONDS)
        raise


async def stop(client: Client, seconds: float) -> None:
    """Say goodbye to the broker; what takes longer, fails, or is cancelled is cut off. Raises nothing of its own."""
    ending: Coroutine[Any, Any, None] = client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop()
    # A task of its own: a cancelled one of the library's would otherwise look like a cancellation of the caller.
    stopping = asyncio.create_task(ending)
    try:
        await asyncio.wait({stopping}, timeout=seconds)
    finally:
        if not stopping.done() or stopping.cancelled() or stopping.exception() is not None:
            log.info("kafka_client_cut_off", client=type(client).__name__)
            await _cut_off(client, stopping)


@asynccontextmanager
async def running(client: Client, seconds: float = 10.0) -> AsyncIterator[None]:
    """Started for as long as the block lasts."""
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
