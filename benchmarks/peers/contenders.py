"""Who is measured: how each is started, and what it does not do."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from benchmarks.data import Numbers
from benchmarks.peers.environment import PeerServers

PRODUCT, DJANGO, STREAM, OUTBOX = "shuangfu", "django-celery", "faststream", "faststream-outbox"
NAMES = (PRODUCT, DJANGO, STREAM, OUTBOX)
_SHARED = "no authentication, scope, row policies, audit, order of versions, reasons, idempotent consumer, dead letters"
LACKS = {
    PRODUCT: "every guard on",
    DJANGO: f"{_SHARED}; a task is lost where the process ends between commit and broker, or Redis in its last second",
    STREAM: f"{_SHARED}; an event is lost where the process ends between commit and broker",
    OUTBOX: f"{_SHARED}; the consumer repeats what it did where it ends before its commit of the offset",
}
TITLES = {
    PRODUCT: "Shuangfu on Kafka",
    DJANGO: "Django REST framework + Celery on Redis",
    STREAM: "FastAPI + SQLAlchemy + FastStream on Kafka",
    OUTBOX: "the same with an outbox",
}
THREADS = 32
CELERY_PROCESSES = 2


@dataclass(slots=True)
class Contender:
    """One of them, started: where it takes requests, the process that does, and where its checks are counted."""

    name: str
    port: int
    process: int
    checks: asyncpg.Connection
    numbers: Numbers
    token: str = ""
    sent: int = 0

    async def checked(self) -> int:
        """How many checks it has stored."""
        return int(await self.checks.fetchval("SELECT count(*) FROM formation_checks"))


async def start(servers: PeerServers, name: str) -> Contender:
    """Start one on fresh databases. Raises Missing where a part of it is not on this machine."""
    if name == PRODUCT:
        return await _product(servers)
    if name == DJANGO:
        return await _django(servers)
    return await _stream(servers, name)


async def _product(servers: PeerServers) -> Contender:
    urls = {
        service: await servers.database(service, f"peers_{service}") for service in ("registry", "incubation", "bus")
    }
    env = servers.product_env("kafka", urls)
    port = await servers.product("api", "registry", env)
    await asyncio.gather(*(servers.product("worker", service, env) for service in ("registry", "incubation")))
    process = servers.children["kafka-registry-api"].pid
    return Contender(PRODUCT, port, process, await asyncpg.connect(urls["incubation"]), Numbers(), servers.token)


async def _django(servers: PeerServers) -> Contender:
    url, module = await servers.empty_database("peers_django"), "benchmarks.peers.django_celery"
    env = {"PEER_REGISTRY_URL": url, "PEER_REDIS": await servers.redis(), "PEER_KEY": secrets.token_hex()}
    env["DJANGO_SETTINGS_MODULE"] = f"{module}.settings"
    await servers.run("django", "migrate", "--run-syncdb", "-v", "0", env=env)
    serving = ("--worker-class", "gthread", "--threads", str(THREADS), "--workers", "1", "--keep-alive", "60")
    port, process = await servers.peer(
        "django", "gunicorn", f"{module}.wsgi:application", "--bind", "127.0.0.1:{port}", *serving, env=env
    )
    working = ("--concurrency", str(CELERY_PROCESSES), "--loglevel", "WARNING")
    await servers.peer("celery", "celery", "-A", module, "worker", *working, env=env, listens=False)
    return Contender(DJANGO, port, process, await asyncpg.connect(url), Numbers())


async def _stream(servers: PeerServers, name: str) -> Contender:
    registry, incubation = [await servers.empty_database(f"peers_{name}_{half}") for half in ("registry", "incubation")]
    assert servers.bootstrap is not None
    driver = "postgresql+asyncpg"
    env = {
        "PEER_REGISTRY_URL": registry.replace("postgresql", driver, 1),
        "PEER_INCUBATION_URL": incubation.replace("postgresql", driver, 1),
        "PEER_KAFKA": servers.bootstrap,
        "PEER_TOPIC": name,
        "PEER_OUTBOX": "1" if name == OUTBOX else "",
    }
    module = "benchmarks.peers.faststream_kafka"
    serving = ("--no-access-log", "--log-level", "warning")
    port, process = await servers.peer(
        name, "uvicorn", f"{module}.api:app", "--host", "127.0.0.1", "--port", "{port}", *serving, env=env
    )
    await servers.peer(f"{name}-worker", f"{module}.worker", env=env, listens=False)
    return Contender(name, port, process, await asyncpg.connect(incubation), Numbers())


def described(names: Sequence[str]) -> list[str]:
    """What each does not do, beside its name."""
    return [f"{TITLES[name]}: {LACKS[name]}." for name in names]
