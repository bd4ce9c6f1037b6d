"""A deployment that may be broken: PostgreSQL, Kafka, and each service's halves as processes of their own."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
from sqlalchemy import make_url

from shared.bus.envelope import decode
from shared.contracts.catalog import SERVICES, topics_of
from shared.urls import driver_url, with_database
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import free_port, tail
from tests.conftest import NewDatabase
from tests.faults.checker.observed import Wire
from tests.faults.rig import process as entry
from tests.faults.rig.taps import KafkaTap
from tests.running.callers import PLAIN
from tests.running.commands import FORKS

READY_SECONDS = 60.0
_TOPICS = tuple(topic for service in SERVICES for topic in topics_of(service))


def admin_urls(server: EmbeddedPostgres, urls: Mapping[str, str]) -> dict[str, str]:
    """The same databases as the server's administrator has them: what the checker wants."""
    found = {}
    for service, url in urls.items():
        name = make_url(url).database
        assert name is not None
        found[service] = driver_url(with_database(server.url(), name))
    return found


class Process:
    """One half of one service, as a process."""

    def __init__(self, half: str, service: str, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.half, self.service, self.port, self.log = half, service, port, log
        self.url = f"http://127.0.0.1:{port}"
        self._process: BaseProcess = FORKS.Process(
            target=entry.run, args=(half, service, port, dict(environment), str(log)), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def is_alive(self) -> bool:
        """Whether it runs (or is stopped)."""
        return self._process.is_alive()

    def is_stopped(self) -> bool:
        """Whether it was stopped (SIGSTOP) and waits for SIGCONT."""
        try:
            return self.is_alive() and psutil.Process(self.pid).status() == psutil.STATUS_STOPPED
        except psutil.NoSuchProcess:
            return False  # it died between the two questions

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP, SIGCONT, SIGTERM, SIGKILL."""
        if self.is_alive():
            os.kill(self.pid, number)

    async def wait(self, seconds: float) -> int | None:
        """The exit code (-9 when killed), or None when it still runs then."""
        await asyncio.to_thread(self._process.join, seconds)
        return self._process.exitcode

    async def kill(self) -> None:
        """As the kernel does."""
        self.signal(signal.SIGKILL)
        await self.wait(10)

    async def health(self, door: str = "healthz") -> int | None:
        """The status of its probe, None without an answer."""
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False, verify=PLAIN) as client:
                return (await client.get(f"{self.url}/{door}")).status_code
        except httpx.TransportError:
            return None

    async def ready(self, seconds: float = READY_SECONDS) -> "Process":
        """Wait until it serves. Raises AssertionError with its log; one that died at a failpoint is no failure."""
        deadline = time.monotonic() + seconds
        while await self.health("healthz" if self.half == "api" else "readyz") != 200:
            alive = self.is_alive() and time.monotonic() < deadline  # asked before how it ended: it may die in between
            if self._process.exitcode == -signal.SIGKILL or self.is_stopped():
                return self
            assert alive, f"{self.half} {self.service} is not ready:\n{tail(self.log)}"
            await asyncio.sleep(0.03)
        return self


class Stack:
    """Processes on one set of databases and one prefix of a broker."""

    def __init__(
        self, folder: Path, server: EmbeddedPostgres, urls: Mapping[str, str], bootstrap: str, issuer: EmbeddedIssuer
    ) -> None:
        self.folder = folder
        self.server = server
        self.urls = dict(urls)
        """Service to URL, as the runtime role."""
        self.databases = admin_urls(server, urls)
        """Service to URL, as the administrator."""
        self.bootstrap = bootstrap
        self.prefix = f"s{uuid4().hex[:8]}."
        self.tap = KafkaTap(bootstrap, self.prefix)
        self.running: dict[tuple[str, str], Process] = {}
        """The newest process of each (half, service)."""
        self._all: list[Process] = []
        self._ports: dict[tuple[str, str], int] = {}
        self._issuer = issuer

    @property
    def bases(self) -> dict[str, str]:
        """Service to the URL of its API; it stays the same over restarts."""
        return {service: f"http://127.0.0.1:{self._port('api', service)}" for service in SERVICES}

    async def start(
        self,
        half: str,
        service: str,
        *,
        point: str | None = None,
        spare: bool = False,
        ready: bool = True,
        **extra: str,
    ) -> Process:
        """Start a half of a service; `point` arms a failpoint, `spare` runs it beside one that runs already.

        `extra` are settings and sabotages by their environment names, e.g. `SHUANGFU_POLL_SECONDS="1"`.
        """
        environment = self._environment(service) | extra | ({entry.FAULTPOINT: point} if point else {})
        port = free_port() if spare else self._port(half, service)
        process = Process(half, service, port, environment, self.folder / f"{half}-{service}.log")
        self._all.append(process)
        if not spare:
            self.running[half, service] = process
        return await process.ready() if ready else process

    async def start_all(self, halves: Iterable[str] = ("api", "worker"), services: Sequence[str] = SERVICES) -> None:
        """Start everything that is wanted at once."""
        await asyncio.gather(*(self.start(half, service) for half in halves for service in services))

    async def restart(self, half: str, service: str, **extra: str) -> Process:
        """Kill what runs and start it again, as an orchestrator does."""
        await self.running[half, service].kill()
        return await self.start(half, service, **extra)

    async def kill_at(
        self, half: str, service: str, points: Iterable[str], *, seconds: float = 120.0, **extra: str
    ) -> int:
        """Run a process through one failpoint after the other, each killing it; then one without. Returns kills.

        The load must go on meanwhile. Raises AssertionError where a point is not reached in time.
        """
        await self.running[half, service].kill()
        kills = 0
        for point in points:
            process = await self.start(half, service, point=point, **extra)
            code = await process.wait(seconds)
            assert code == -signal.SIGKILL, f"{half} {service} did not reach {point}: {code}\n{tail(process.log)}"
            kills += 1
        await self.start(half, service, **extra)
        return kills

    async def wire(self) -> list[Wire]:
        """Everything that lies on the broker."""
        found = []
        for delivered in await self.tap.messages(_TOPICS):
            envelope = decode(delivered.message)
            found.append(
                Wire(
                    delivered.message.topic,
                    delivered.partition,
                    delivered.offset,
                    envelope.id,
                    envelope.subject,
                    envelope.sequence,
                )
            )
        return found

    async def close(self) -> None:
        """End every process."""
        for process in self._all:
            process.signal(signal.SIGKILL)
        await asyncio.gather(*(process.wait(10) for process in self._all))

    def _port(self, half: str, service: str) -> int:
        while (half, service) not in self._ports:
            # Nothing listens there yet: another part may have been given it too.
            if (port := free_port()) not in self._ports.values():
                self._ports[half, service] = port
        return self._ports[half, service]

    def _environment(self, service: str) -> dict[str, str]:
        return {
            "SHUANGFU_DATABASE_URL": self.urls[service],
            "SHUANGFU_KAFKA_BOOTSTRAP": self.bootstrap,
            "SHUANGFU_KAFKA_PREFIX": self.prefix,
            "SHUANGFU_KAFKA_PARTITIONS": "3",
            "SHUANGFU_ALLOW_SAMPLE_CODES": "true",
            "SHUANGFU_AUTH_ISSUER": ISSUER,
            "SHUANGFU_AUTH_AUDIENCE": AUDIENCE,
            "SHUANGFU_AUTH_JWKS_FILE": str(self._issuer.jwks_file),
            "SHUANGFU_POLL_SECONDS": "0.5",
            "SHUANGFU_STALL_SECONDS": "30",
            entry.SESSION: "3",
        }


@asynccontextmanager
async def open_stack(
    folder: Path, server: EmbeddedPostgres, make_database: NewDatabase, bootstrap: str, issuer: EmbeddedIssuer
) -> AsyncIterator[Stack]:
    """A stack on fresh databases; no process runs yet."""
    urls = {service: await make_database(service) for service in SERVICES}
    stack = Stack(folder, server, urls, bootstrap, issuer)
    try:
        yield stack
    finally:
        await stack.close()
