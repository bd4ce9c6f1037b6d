"""The servers of a run: PostgreSQL and Kafka, databases copied from migrated templates, and child processes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared.bus.transports.postgres_log import migrate_log
from shared.contracts.catalog import topics_of
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.urls import engine_url, with_login
from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.embedded.kafka import LocalKafka
from shuangfu.embedded.kafka_jars import availability
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.postgres_directory import SUPERUSER
from shuangfu.embedded.processes import free_port, spawn, tail, terminate
from shuangfu.services import SERVICES

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0
TEMPLATES = ("registry", "incubation", "funding")
WITHOUT_FLOOR = ("evaluation",)
PROVINCE = "33"
RUNTIME_PASSWORD = "of-the-benchmarks"
TOKEN_SECONDS = 24 * 3600
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""PostgreSQL's own defaults, set explicitly: nothing here is faster because it could be lost."""
_ASKED = ("server_version", *DURABLE, "wal_sync_method", "shared_buffers", "wal_compression")


class Servers:
    """Starts what a run needs and ends each process by its id, whatever happens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bootstrap: str | None = None
        self.kafka_missing: str | None = None
        self._issuer = EmbeddedIssuer(folder)
        self.token = self._issuer.issue("benchmarks", [str(Role.REGISTRAR)], [PROVINCE], TOKEN_SECONDS)
        """A token of a registrar of the province of all invented organizations."""
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        """The last process of each name: a measurement may kill it."""
        self._stack = ExitStack()
        self._postgres: EmbeddedPostgres | None = None

    def issue(self, subject: str, roles: Sequence[Role]) -> str:
        """A token of the same province for somebody else."""
        return self._issuer.issue(subject, [str(role) for role in roles], [PROVINCE], TOKEN_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @contextmanager
    def group(self) -> Iterator[None]:
        """What is started inside ends with the block, so that one transport's processes end before the next begins."""
        outer = self._stack
        try:
            with ExitStack() as self._stack:
                yield
        finally:
            self._stack = outer

    async def start(self, *, kafka: bool) -> None:
        """PostgreSQL with the migrated templates, and Kafka where it can run."""
        self._postgres = self._stack.enter_context(
            EmbeddedPostgres.start(self.folder / "postgres", settings=DURABLE),
        )
        server = self._postgres.url()
        await ensure_roles(server, runtime_password=RUNTIME_PASSWORD)
        await create_databases(
            server, [f"template_{name}" for name in (*TEMPLATES, *WITHOUT_FLOOR, "bus")], owner=OWNER
        )
        await create_databases(server, [f"template_{name}_floor" for name in TEMPLATES])
        await migrate_log(self._postgres.url("template_bus"), owner=OWNER, runtime=RUNTIME)
        for name in (*TEMPLATES, *WITHOUT_FLOOR):
            url = self._postgres.url(f"template_{name}")
            await let_policies_use_indexes(url)
            await migrate(name, url, role=OWNER)
        for name in TEMPLATES:
            # The first revision has neither policies nor triggers: the floor has no cost of security.
            await migrate(name, self._postgres.url(f"template_{name}_floor"), f"{name}_0001")
        if kafka:
            await self._start_kafka()

    async def _start_kafka(self) -> None:
        named = os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP")
        if named:
            self.kafka_missing = await _why_not(named)
            self.bootstrap = None if self.kafka_missing else named
            return
        self.kafka_missing = availability()
        if self.kafka_missing is None:
            broker = await asyncio.to_thread(LocalKafka.start, self.folder / "kafka")
            self._stack.callback(broker.stop)
            self.bootstrap = broker.bootstrap

    async def database(self, service: str, name: str) -> str:
        """A fresh database of a service (or of the log); the superuser's URL of it, for asyncpg."""
        return await self._copy(f"template_{service}", name, OWNER)

    async def floor_database(self, service: str, name: str) -> str:
        """The same for a floor: tables without policies and triggers, owned by the superuser."""
        return await self._copy("template_bus" if service == "bus" else f"template_{service}_floor", name, SUPERUSER)

    async def _copy(self, template: str, name: str, owner: str) -> str:
        assert self._postgres is not None
        admin = await asyncpg.connect(self._postgres.url())
        try:
            await admin.execute(f'CREATE DATABASE "{name}" OWNER {owner} TEMPLATE "{template}"')
        finally:
            await admin.close()
        return self._postgres.url(name)

    async def settings(self) -> dict[str, str]:
        """PostgreSQL's own settings of durability."""
        assert self._postgres is not None
        connection = await asyncpg.connect(self._postgres.url())
        try:
            return {name: str(await connection.fetchval(f"SHOW {name}")) for name in _ASKED}
        finally:
            await connection.close()

    async def python(self, name: str, *arguments: str, env: Mapping[str, str] | None = None) -> int:
        """Start a Python program that listens on a free port (inserted for `{port}`); returns the port."""
        port = free_port()
        command = [sys.executable, *(argument.format(port=port) for argument in arguments)]
        log = self.folder / f"{name}.log"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("SHUANGFU_")}
        child = spawn(command, log=log, cwd=ROOT, env={**kept, **(env or {})})
        self.children[name] = child
        self._stack.callback(terminate, child, [(signal.SIGTERM, 15.0)])
        await asyncio.to_thread(_await_port, child, port, name, log)
        return port

    async def product(self, half: str, service: str, env: Mapping[str, str]) -> int:
        """Start a service's `api` or `worker` and wait until it is ready; returns its port."""
        name = f"{env['SHUANGFU_BUS']}-{service}-{half}"
        port = await self.python(name, "-m", "shuangfu", half, service, "--port", "{port}", env=env)
        await asyncio.to_thread(_await_ready, port, self.folder / f"{name}.log")
        return port

    def product_env(self, transport: str, urls: Mapping[str, str], *, as_superuser: bool = False) -> dict[str, str]:
        """Settings as a container gets them; `urls` by service (`bus` for the log), opened as the runtime role."""

        def opened(service: str) -> str:
            url = engine_url(urls[service])
            return url if as_superuser else with_login(url, RUNTIME, RUNTIME_PASSWORD)

        env = {
            "SHUANGFU_BUS": transport,
            "SHUANGFU_BUS_DATABASE_URL": opened("bus"),
            "SHUANGFU_ALLOW_SAMPLE_CODES": "true",
            "SHUANGFU_AUTH_ISSUER": ISSUER,
            "SHUANGFU_AUTH_AUDIENCE": AUDIENCE,
            "SHUANGFU_AUTH_JWKS_FILE": str(self._issuer.jwks_file),
            # Settings that a process does not use are required all the same.
            "SHUANGFU_DATABASE_URL": opened("registry" if "registry" in urls else next(iter(urls))),
        }
        if transport == "kafka" and self.bootstrap:
            env["SHUANGFU_KAFKA_BOOTSTRAP"] = self.bootstrap
        return env | {f"SHUANGFU_{name.upper()}_DATABASE_URL": opened(name) for name in urls if name != "bus"}


def _await_port(child: "subprocess.Popen[bytes]", port: int, name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        with suppress(OSError):
            socket.create_connection((HOST, port), timeout=1).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"{name} did not start:\n{tail(log)}")


def _await_ready(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(f"http://{HOST}:{port}/readyz", timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError(f"not ready on port {port}:\n{tail(log)}")


async def _why_not(bootstrap: str) -> str | None:
    """Why a named broker cannot be used: the measured consumers would read events of Shuangfu that it already holds."""
    ours = {topic for service in SERVICES for topic in topics_of(service)}
    admin: Any = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=10_000)
    try:
        await admin.start()
        there: Sequence[str] = await admin.list_topics()
    except (KafkaError, OSError) as error:
        return f"the broker {bootstrap} that SHUANGFU_KAFKA_BOOTSTRAP names does not answer: {error}"
    finally:
        await admin.close()
    found = sorted(ours & set(there))
    return f"the broker {bootstrap} already holds topics of Shuangfu ({', '.join(found)})" if found else None
