"""The four jobs, each contender in turn: many divisions, one division, a batch to its last check, one request alone."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.data import DIVISIONS, ndjson
from benchmarks.load import Order, generate
from benchmarks.options import say
from benchmarks.peers.contenders import PRODUCT, Contender
from benchmarks.servers import HOST

GOAL = 2.0
"""What the product is to reach of the best of its peers in each job (issue 18)."""
IDLE_SECONDS = 120.0
POLL_SECONDS = 0.05
PIECE = 64 * 1024
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much, each bounded in count and time."""

    rounds: int = 3
    seconds: float = 4.0
    requests: int = 12_000
    batch: int = 10_000
    alone: int = 400


@dataclass(slots=True)
class Job:
    """A job's figures by contender, a figure a round; `more` is better, else less."""

    name: str
    unit: str
    more: bool = True
    figures: dict[str, list[float]] = field(default_factory=dict)

    def middle(self, name: str) -> float:
        """The median of a contender's rounds."""
        return median(self.figures[name])

    def times(self, name: str) -> float:
        """How many times as good the product is as a contender: the median over rounds."""
        pairs = zip(self.figures[PRODUCT], self.figures[name], strict=True)
        return median(own / other if self.more else other / own for own, other in pairs)

    @property
    def best(self) -> str | None:
        """The peer that the product leads by least; None where there is none."""
        peers = [name for name in self.figures if name != PRODUCT]
        return min(peers, key=self.times) if peers and PRODUCT in self.figures else None

    @property
    def reached(self) -> bool:
        """Whether the product reaches the goal against the best."""
        return self.best is None or self.times(self.best) >= GOAL


async def measure(contenders: Sequence[Contender], sizes: Sizes) -> list[Job]:
    """Every job, contender after contender, round after round; whoever is not measured is idle."""
    jobs = [
        Job("32 clients, eight divisions", "/s"),
        Job("64 clients, one division", "/s"),
        Job(f"a batch of {sizes.batch:,} to its last check", "/s"),
        Job("one request alone, of the processor", "ms", more=False),
    ]
    for one in contenders:
        await _load(one, 8, len(DIVISIONS), sizes, seconds=1.0)
    for number in range(sizes.rounds):
        for one in contenders:
            found = (
                await _load(one, 32, len(DIVISIONS), sizes),
                await _load(one, 64, 1, sizes),
                await _batch(one, sizes.batch),
                await _alone(one, sizes),
            )
            for job, figure in zip(jobs, found, strict=True):
                job.figures.setdefault(one.name, []).append(figure)
            shown = ", ".join(f"{figure:,.1f} {job.unit}" for job, figure in zip(jobs, found, strict=True))
            say(f"{number + 1}/{sizes.rounds} {one.name}: {shown}")
    return jobs


async def _load(
    one: Contender, connections: int, divisions: int, sizes: Sizes, *, seconds: float | None = None
) -> float:
    first = one.numbers.take(sizes.requests)
    order = Order(
        one.port, connections, first, sizes.requests, seconds or sizes.seconds, one.token, divisions=divisions
    )
    found = await generate(order)
    one.sent += found.sent
    await _until_idle(one)
    return found.per_second


async def _batch(one: Contender, count: int) -> float:
    """Organizations per second, from the first byte sent to the last check stored."""
    body = ndjson(one.numbers.take(count), count)
    bearer = f"authorization: Bearer {one.token}\r\n" if one.token else ""
    head = (
        f"POST /v1/civil-affairs/registrations:batch HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n{bearer}"
        f"content-type: application/x-ndjson\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection(HOST, one.port)
    started = time.perf_counter()
    answer = asyncio.create_task(reader.read(-1))
    writer.write(head.encode())
    for place in range(0, len(body), PIECE):
        writer.write(body[place : place + PIECE])
        await writer.drain()
    one.sent += count
    await _until_idle(one)
    took = time.perf_counter() - started
    status = (await answer).split(b" ", 2)[1]
    writer.close()
    if status != b"200":
        raise RuntimeError(f"{one.name} answered a batch with {status.decode()}")
    return count / took


async def _alone(one: Contender, sizes: Sizes) -> float:
    """Milliseconds of the processor that the answering process takes for a request, one after another."""
    first = one.numbers.take(sizes.alone)
    before = _processor_seconds(one.process)
    found = await generate(Order(one.port, 1, first, sizes.alone, sizes.seconds, one.token))
    used = _processor_seconds(one.process) - before
    one.sent += found.sent
    await _until_idle(one)
    return used / found.sent * 1000


async def _until_idle(one: Contender) -> None:
    """Raises TimeoutError where the checks of what was sent are not stored in time."""
    async with asyncio.timeout(IDLE_SECONDS):
        while await one.checked() < one.sent:  # noqa: ASYNC110 - another process stores them
            await asyncio.sleep(POLL_SECONDS)


def _processor_seconds(process: int) -> float:
    """Of a process and its children: gunicorn's worker is one."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / TICKS
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(_processor_seconds(int(child)) for child in children)
