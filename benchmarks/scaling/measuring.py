"""Two jobs, by one container of each kind and by several, in turn: single registrations, a batch to its checks."""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median

import httpx

from benchmarks.data import Numbers, ndjson
from benchmarks.load import Order, generate
from benchmarks.options import say
from benchmarks.scaling.deployment import Deployment, Used, used_between
from benchmarks.servers import HOST

ONE = {
    f"{service}-{part}": 1
    for service in ("registry", "incubation", "evaluation", "funding")
    for part in ("api", "worker")
}
SEVERAL = (
    ONE
    | {"registry-api": 2}
    | {f"{service}-worker": 3 for service in ("registry", "incubation", "evaluation", "funding")}
)
LAYOUTS = {"one of each": ONE, "two registry APIs, three workers each": SEVERAL}
CHECKED_SECONDS = 300.0
POLL_SECONDS = 0.5
SETTLE_SECONDS = 3.0
"""After containers have come up: what they do at their start is over."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much, each bounded in count and time."""

    rounds: int = 2
    connections: int = 64
    seconds: float = 15.0
    requests: int = 8_000
    batch: int = 6_000


@dataclass(slots=True)
class Figures:
    """A job under a layout: a figure a round, and what its containers used in the last one."""

    per_second: list[float] = field(default_factory=list)
    used: dict[str, Used] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        """The median of the rounds."""
        return median(self.per_second)

    @property
    def bottleneck(self) -> str:
        """The service whose containers were held back most by their shares."""
        return max(self.used, key=lambda service: self.used[service].held_back)


SINGLE, BATCH = "single registrations, 64 clients", "a batch, to its last check"
Found = dict[str, dict[str, Figures]]
"""By job and layout."""


async def measure(deployment: Deployment, token: str, sizes: Sizes) -> Found:
    """Each layout in turn, `sizes.rounds` times. Raises DockerFailed, RuntimeError, TimeoutError."""
    found: Found = {job: {layout: Figures() for layout in LAYOUTS} for job in (SINGLE, BATCH)}
    numbers = Numbers()
    for number in range(sizes.rounds):
        for layout, containers in LAYOUTS.items():
            deployment.up(containers)
            await asyncio.sleep(SETTLE_SECONDS)
            for job, run in ((SINGLE, _single), (BATCH, _batch)):
                clocks = deployment.clocks()
                rate = await run(deployment, token, sizes, numbers)
                figures = found[job][layout]
                figures.used = used_between(clocks, deployment.clocks())
                figures.per_second.append(rate)
                say(f"{layout} {number + 1}/{sizes.rounds}: {job}: {rate:,.0f}/s, held back most: {figures.bottleneck}")
                _await_checks(deployment)
    return found


async def _single(deployment: Deployment, token: str, sizes: Sizes, numbers: Numbers) -> float:
    first = numbers.take(sizes.requests)
    order = Order(
        deployment.port, sizes.connections, first, sizes.requests, sizes.seconds, token, HOST, base="/registry"
    )
    return (await generate(order)).per_second


async def _batch(deployment: Deployment, token: str, sizes: Sizes, numbers: Numbers) -> float:
    lines, before = ndjson(numbers.take(sizes.batch), sizes.batch), _checks(deployment)
    started = time.perf_counter()
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{deployment.port}", timeout=CHECKED_SECONDS) as client:
        response = await client.post(
            "/registry/v1/civil-affairs/registrations:batch",
            content=lines,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"},
        )
    if response.status_code != httpx.codes.OK:
        raise RuntimeError(f"the batch was answered {response.status_code}: {response.text[:300]}")
    while _checks(deployment) < before + sizes.batch:
        if time.perf_counter() - started > CHECKED_SECONDS:
            raise TimeoutError(f"the batch is not checked after {CHECKED_SECONDS:.0f} s")
        await asyncio.sleep(POLL_SECONDS)
    return sizes.batch / (time.perf_counter() - started)


def _checks(deployment: Deployment) -> int:
    return deployment.count("postgres-incubation", "incubation", "formation_checks")


def _await_checks(deployment: Deployment) -> None:
    """Whatever was registered is checked: the next job starts with nothing to do."""
    deadline = time.perf_counter() + CHECKED_SECONDS
    while _checks(deployment) < deployment.count("postgres", "registry", "organizations"):
        if time.perf_counter() > deadline:
            raise TimeoutError(f"registrations are not checked after {CHECKED_SECONDS:.0f} s")
        time.sleep(1.0)
