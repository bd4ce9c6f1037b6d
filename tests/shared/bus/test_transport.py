"""What both transports promise (shared/bus/transports/transport.py), held to by one suite."""

import asyncio
from uuid import uuid4

import pytest

from shared.bus.envelope import Delivered, Message
from shared.bus.transports.postgres_log import PostgresLog
from shared.bus.transports.transport import Subscription, Transport
from tests.conftest import NewDatabase


def message(topic: str, key: str, value: str) -> Message:
    return Message(topic, key.encode(), {"ce_id": value.encode(), "ce_note": "双孵".encode()}, value.encode())


async def read(subscription: Subscription, count: int, seconds: float = 20) -> list[Delivered]:
    """Take and commit batches until `count` messages came."""
    found: list[Delivered] = []
    async with asyncio.timeout(seconds):
        while len(found) < count:
            async with subscription.next_batch(50, 0.3) as batch:
                found += batch
    return found


async def test_publish__arrives_whole_and_in_order_of_each_key(transport: Transport, topic: str) -> None:
    sent = [message(topic, f"k{n % 7}", str(n)) for n in range(200)]
    await transport.publish(sent[:120])
    await transport.publish(sent[120:])
    subscription = await transport.subscribe(f"g-{uuid4().hex}", [topic])
    try:
        found = [delivered.message for delivered in await read(subscription, 200)]
    finally:
        await subscription.close()
    assert sorted(found, key=lambda m: int(m.value)) == sent
    for key in {m.key for m in sent}:
        assert [m.value for m in found if m.key == key] == [m.value for m in sent if m.key == key]


async def test_subscribe__each_group_reads_everything_from_the_beginning(transport: Transport, topic: str) -> None:
    await transport.publish([message(topic, "k", str(n)) for n in range(10)])
    for group in (f"g-{uuid4().hex}", f"g-{uuid4().hex}"):
        subscription = await transport.subscribe(group, [topic])
        assert len(await read(subscription, 10)) == 10
        await subscription.close()


async def test_next_batch__exception_puts_the_position_back(transport: Transport, topic: str) -> None:
    await transport.publish([message(topic, "k", str(n)) for n in range(5)])
    subscription = await transport.subscribe(f"g-{uuid4().hex}", [topic])
    seen: list[bytes] = []
    async with asyncio.timeout(20):
        while not seen:
            with pytest.raises(ZeroDivisionError) if not seen else asyncio.timeout(1):
                async with subscription.next_batch(50, 0.3) as batch:
                    seen = [delivered.message.value for delivered in batch]
                    _ = 1 // 0
    again = await read(subscription, 5)
    await subscription.close()
    assert [delivered.message.value for delivered in again][: len(seen)] == seen


async def test_close__uncommitted_comes_again_committed_does_not(transport: Transport, topic: str) -> None:
    group = f"g-{uuid4().hex}"
    await transport.publish([message(topic, "k", str(n)) for n in range(3)])
    first = await transport.subscribe(group, [topic])
    assert len(await read(first, 3)) == 3
    await transport.publish([message(topic, "k", str(n)) for n in range(3, 6)])
    taken: list[Delivered] = []
    async with asyncio.timeout(20):
        while not taken:
            try:
                async with first.next_batch(50, 0.3) as batch:
                    taken += batch
                    raise ConnectionError
            except ConnectionError:
                pass
    await first.close()
    second = await transport.subscribe(group, [topic])
    found = await read(second, 3)
    await second.close()
    assert [delivered.message.value for delivered in found] == [b"3", b"4", b"5"]


async def test_position__tells_lag_and_moves(transport: Transport, topic: str) -> None:
    await transport.publish([message(topic, f"k{n}", str(n)) for n in range(20)])
    subscription = await transport.subscribe(f"g-{uuid4().hex}", [topic])
    lag, reached = 0, 0
    async with asyncio.timeout(20):
        while lag == 0:  # a group needs a moment to get its partitions
            try:
                async with subscription.next_batch(1, 0.3):
                    raise ConnectionError
            except ConnectionError:
                pass
            lag, reached, _ = await subscription.position()
    assert (lag, reached) == (20, 0)
    await read(subscription, 20)
    assert (await subscription.position())[:2] == (0, 20)
    await subscription.close()


async def test_publish__nothing_is_no_work(transport: Transport) -> None:
    await transport.publish([])


async def test_poison__any_bytes_travel(transport: Transport, topic: str) -> None:
    odd = Message(topic, b"\xff\x00k", {"ce_id": b"x"}, b"\x00\xff not json")
    await transport.publish([odd])
    subscription = await transport.subscribe(f"g-{uuid4().hex}", [topic])
    [found] = await read(subscription, 1)
    await subscription.close()
    assert (found.message.key, found.message.value) == (odd.key, odd.value)


async def test_start__once_more_takes_no_further_connections(database_url: NewDatabase) -> None:
    """A worker tries again each second until the topics are there: each try once left a pool behind."""
    log = PostgresLog(await database_url("bus"))
    await log.start()
    first = log._connected()
    await log.start()
    assert log._connected() is first
    await log.close()
