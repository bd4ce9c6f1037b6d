"""The hand-written floor of the chain, in two processes: `registry` (write, relay) and `incubation` (decide, relay).

The first takes NDJSON on a plain TCP connection and answers one line when all of it is stored.
"""

import argparse
import asyncio

import asyncpg
import orjson
import uvloop

from benchmarks.floors.bus import Bus, Event, open_bus
from benchmarks.floors.rows import FORMATION_TOPIC, ORGANIZATIONS_TOPIC, decided_rows, registered_rows, utc_now
from benchmarks.floors.tables import (
    CLAIM,
    INSERT_CASES,
    INSERT_CHECKS,
    INSERT_EVENTS,
    INSERT_ORGANIZATIONS,
    INSERT_PROJECTIONS,
    MARK,
    TAKE,
    lists,
)

BATCH = 1000
READ_BYTES = 256 * 1024
TOPICS = (ORGANIZATIONS_TOPIC, FORMATION_TOPIC)


async def relay(url: str, bus: Bus, topic: str, wake: asyncio.Event) -> None:
    """Outbox to transport, in order."""
    connection = await asyncpg.connect(url)
    while True:
        rows = await connection.fetch(TAKE, BATCH)
        if rows:
            events = [
                Event(str(row["id"]), row["type"], row["sequence"], row["key"].encode(), row["data"].encode())
                for row in rows
            ]
            await bus.publish(topic, events)
            days = [row["created_on"] for row in rows]
            await connection.execute(MARK, [row["seq"] for row in rows], min(days), max(days))
        if len(rows) < BATCH:
            await wake.wait()
            wake.clear()


async def _store(connection: asyncpg.Connection, lines: list[bytes], wake: asyncio.Event) -> None:
    now = utc_now()
    made = [registered_rows(orjson.loads(line), now) for line in lines]
    async with connection.transaction():
        await connection.execute(INSERT_ORGANIZATIONS, *lists(row for row, _ in made))
        await connection.execute(INSERT_EVENTS, *lists(event for _, event in made))
    wake.set()


async def run_registry(url: str, bus: Bus, port: int) -> None:
    """Lines in, rows and events out."""
    wake = asyncio.Event()
    connection = await asyncpg.connect(url)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines: list[bytes] = []
        rest = b""
        while part := await reader.read(READ_BYTES):
            *complete, rest = (rest + part).split(b"\n")
            lines += complete
            while len(lines) >= BATCH:
                await _store(connection, lines[:BATCH], wake)
                del lines[:BATCH]
        if lines:
            await _store(connection, lines, wake)
        writer.write(b"done\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", port, limit=READ_BYTES):
        await relay(url, bus, ORGANIZATIONS_TOPIC, wake)


async def _decide(connection: asyncpg.Connection, batch: list[tuple[str, bytes]]) -> None:
    now = utc_now()
    async with connection.transaction():
        claimed = {str(row[0]) for row in await connection.fetch(CLAIM, [event for event, _ in batch])}
        made = [decided_rows(orjson.loads(value), event, now) for event, value in batch if event in claimed]
        if made:
            projections, checks, cases, events = (lists(rows) for rows in zip(*made, strict=True))
            await connection.execute(INSERT_PROJECTIONS, *projections)
            await connection.execute(INSERT_CHECKS, *checks)
            await connection.execute(INSERT_CASES, *cases)
            await connection.execute(INSERT_EVENTS, *events)


async def run_incubation(url: str, bus: Bus, port: int) -> None:
    """Events in, decisions and events out."""
    wake = asyncio.Event()
    connection = await asyncpg.connect(url)

    async def consume() -> None:
        while True:
            batch = await bus.read(BATCH)
            if batch:
                await _decide(connection, batch)
                await bus.commit()
                wake.set()

    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", port):
        await asyncio.gather(consume(), relay(url, bus, FORMATION_TOPIC, wake))


async def _main(options: argparse.Namespace) -> None:
    if options.half == "registry":
        bus = await open_bus(options.transport, options.bus, TOPICS, None)
        await run_registry(options.url, bus, options.port)
    else:
        bus = await open_bus(options.transport, options.bus, TOPICS, ORGANIZATIONS_TOPIC)
        await run_incubation(options.url, bus, options.port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("half", choices=("registry", "incubation"))
    parser.add_argument("--transport", required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--bus", required=True)
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(_main(parser.parse_args()))
