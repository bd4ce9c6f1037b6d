"""Measures the latency from a 201 to a visible formation check, one at a time, alternating with bare round trips."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.data import organization
from benchmarks.floors.bus import ensure_topics
from benchmarks.load import Connection, put_request
from benchmarks.options import Options, say
from benchmarks.pair import Chain, Pair
from benchmarks.report import Latency, Trip
from benchmarks.servers import HOST, Servers

MESSAGE = b"x" * 400
TRIP_SECONDS = 10.0
WARM = 10
PAUSE_SECONDS = 0.01
"""After each sample, so that what follows it (marking, offsets) does not disturb the next one."""
NAP_SECONDS = 0.0003

BareTrip = Callable[[], Awaitable[None]]


async def measure_latency(servers: Servers, pair: Pair, options: Options) -> Trip:
    """`options.latency_samples` samples of the product, each followed by one of each bare round trip."""
    async with _bare_log(servers, pair.transport) as log, _bare_kafka(servers) as kafka:
        bare: dict[str, BareTrip] = {"postgres_log": log} | ({"kafka": kafka} if kafka else {})
        if pair.transport == "kafka":
            del bare["postgres_log"]
        took: dict[str, list[float]] = {name: [] for name in bare}
        sampled: list[float] = []
        connection = await Connection.open(HOST, pair.product.port)
        first = pair.product.numbers.take(options.latency_samples + WARM)
        pair.product.checked += options.latency_samples + WARM
        with ThreadPoolExecutor(1) as napping:
            async with asyncio.timeout(options.latency_seconds):
                for number in range(options.latency_samples + WARM):
                    sampled.append(await _sample(connection, pair.product, first + number, napping))
                    await asyncio.sleep(PAUSE_SECONDS)
                    for name, trip in bare.items():
                        started = time.perf_counter()
                        await asyncio.wait_for(trip(), TRIP_SECONDS)
                        took[name].append(time.perf_counter() - started)
                        await asyncio.sleep(PAUSE_SECONDS)
        connection.close()
    found = Trip(
        Latency.of(sampled[WARM:]), {name: Latency.of(each[WARM:]) for name, each in took.items()}, pair.transport
    )
    say(f"latency on {pair.transport}: p50 {found.product.p50_ms:.1f} ms, {found.trips:.1f} bare round trips")
    return found


async def _sample(connection: Connection, product: Chain, number: int, napping: ThreadPoolExecutor) -> float:
    code, _ = organization(number)
    status, body = await connection.ask(put_request(number, product.token))
    answered = time.perf_counter()
    if status != 201:
        raise RuntimeError(f"answered {status} instead of 201: {body[:300].decode(errors='replace')}")
    loop = asyncio.get_running_loop()
    # libuv's timers have millisecond resolution; a thread can sleep less, without taking a core from the product.
    while not await product.incubation.fetchval("SELECT true FROM formation_checks WHERE uscc = $1", code):
        await loop.run_in_executor(napping, time.sleep, NAP_SECONDS)
    return time.perf_counter() - answered


@asynccontextmanager
async def _bare_kafka(servers: Servers) -> AsyncIterator[BareTrip | None]:
    """Produce and consume one message, in one process, without a group."""
    if servers.bootstrap is None:
        yield None
        return
    topic = "floor.trips"
    await ensure_topics(servers.bootstrap, [topic], 1)
    producer: Any = AIOKafkaProducer(bootstrap_servers=servers.bootstrap, acks="all", enable_idempotence=True)
    consumer: Any = AIOKafkaConsumer(bootstrap_servers=servers.bootstrap, enable_auto_commit=False)
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.seek_to_end()

    async def trip() -> None:
        await producer.send(topic, MESSAGE)
        await consumer.getone()

    try:
        yield trip
    finally:
        await consumer.stop()
        await producer.stop()


@asynccontextmanager
async def _bare_log(servers: Servers, name: str) -> AsyncIterator[BareTrip]:
    """Append one row and notify in one statement; read the row once notified."""
    url = await servers.floor_database("bus", f"trips_{name}")
    writer, reader = await asyncpg.connect(url), await asyncpg.connect(url)
    woken = asyncio.Event()
    await reader.add_listener("trips", lambda *_: woken.set())
    places = iter(range(10**9))
    append = (
        'WITH appended AS (INSERT INTO bus_log (topic, "offset", key, headers, value) '
        "VALUES ('trips', $1, '', '{}', $2)) SELECT pg_notify('trips', '')"
    )

    async def trip() -> None:
        place = next(places)
        woken.clear()
        sending = asyncio.ensure_future(writer.execute(append, place, MESSAGE))
        await woken.wait()
        found = await reader.fetchval("SELECT value FROM bus_log WHERE topic = 'trips' AND \"offset\" = $1", place)
        assert found == MESSAGE
        await sending

    try:
        yield trip
    finally:
        await writer.close()
        await reader.close()
