"""Product and floor on one transport, side by side: three processes of the product, two of the floor."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import asyncpg

from benchmarks.data import Numbers, ndjson
from benchmarks.servers import HOST, Servers

POLL_SECONDS = 0.005
PIECE = 64 * 1024
_INSERTED = "SELECT last_value >= $1 FROM outbox_seq_seq"
_DONE = (
    "SELECT (SELECT count(*) FROM formation_checks) >= $1 "
    "AND NOT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)"
)
_COUNTS = {
    "registry": ("organizations", "outbox"),
    "incubation": ("organizations", "formation_checks", "formation_cases", "inbox", "outbox"),
}


@dataclass(slots=True)
class Chain:
    """One of the two: where it takes NDJSON, and its databases, watched as the superuser, to whom no policy applies."""

    name: str
    port: int
    urls: Mapping[str, str]
    incubation: asyncpg.Connection
    over_http: bool
    numbers: Numbers
    token: str = ""
    checked: int = 0

    async def run(self, count: int, seconds: float) -> float:
        """Organizations per second, from the first byte sent to the last check stored and published."""
        body = ndjson(self.numbers.take(count), count)
        self.checked += count
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(HOST, self.port)
            started = time.perf_counter()
            answer = asyncio.create_task(reader.read(-1))
            if self.over_http:
                writer.write(
                    b"POST /v1/civil-affairs/registrations:batch HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
                    b"authorization: Bearer %b\r\ncontent-type: application/x-ndjson\r\ncontent-length: %d\r\n\r\n"
                    % (self.token.encode(), len(body))
                )
            for place in range(0, len(body), PIECE):
                writer.write(body[place : place + PIECE])
                await writer.drain()
            if not self.over_http:
                writer.write_eof()
            await self._published()
            took = time.perf_counter() - started
            self._check_answer(await answer, count)
            writer.close()
        return count / took

    async def _published(self) -> None:
        # The sequence is a cheap indication; rows are counted only towards the end.
        await self._until(lambda: self.incubation.fetchval(_INSERTED, self.checked))
        await self._until(lambda: self.incubation.fetchval(_DONE, self.checked))

    async def _until(self, ask: Callable[[], Awaitable[object]]) -> None:
        while True:
            if await ask():
                return
            await asyncio.sleep(POLL_SECONDS)

    def _check_answer(self, answer: bytes, count: int) -> None:
        good = answer.count(b'"status":201') == count if self.over_http else answer == b"done\n"
        if not good:
            raise RuntimeError(f"{self.name} refused lines: {answer[:500].decode(errors='replace')}")

    async def rows(self) -> dict[str, int]:
        """How many rows each table holds, to compare the two."""
        found = {}
        for service, tables in _COUNTS.items():
            connection = await asyncpg.connect(self.urls[service])
            try:
                for table in tables:
                    found[f"{service}.{table}"] = int(await connection.fetchval(f"SELECT count(*) FROM {table}"))
            finally:
                await connection.close()
        return found


@dataclass(slots=True)
class Pair:
    """Both, started and warmed up."""

    transport: str
    product: Chain
    floor: Chain

    async def close(self) -> None:
        """Close the two watching connections; the processes end with the servers."""
        await self.product.incubation.close()
        await self.floor.incubation.close()


async def open_pair(servers: Servers, transport: str) -> Pair:
    """Start both on fresh databases and send each a small batch, so that everything is connected."""
    urls = await _databases(servers.database, f"{transport}_product")
    env = servers.product_env(transport, urls)
    port = await servers.product("api", "registry", env)
    await asyncio.gather(*(servers.product("worker", service, env) for service in ("registry", "incubation")))
    watching = await asyncpg.connect(urls["incubation"])
    product = Chain("product", port, urls, watching, True, Numbers(), servers.token)
    await product.run(200, 60)
    floor_urls = await _databases(servers.floor_database, f"{transport}_floor")
    floor_port = await _start_floor(servers, transport, floor_urls)
    watching = await asyncpg.connect(floor_urls["incubation"])
    floor = Chain("floor", floor_port, floor_urls, watching, False, Numbers())
    await floor.run(200, 60)
    return Pair(transport, product, floor)


async def _databases(make: Callable[[str, str], Awaitable[str]], name: str) -> dict[str, str]:
    return {service: await make(service, f"{name}_{service}") for service in ("registry", "incubation", "bus")}


async def _start_floor(servers: Servers, transport: str, urls: Mapping[str, str]) -> int:
    place = servers.bootstrap if transport == "kafka" else urls["bus"]
    assert place is not None
    ports = {}
    for half in ("registry", "incubation"):
        given = ["--transport", transport, "--url", urls[half], "--bus", place, "--port", "{port}"]
        ports[half] = await servers.python(f"{transport}-floor-{half}", "-m", "benchmarks.floors.chain", half, *given)
    return ports["registry"]
