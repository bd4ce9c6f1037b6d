"""The embedded mode: one process with four apps and their workers, on a PostgreSQL from a wheel."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from shared.bus.transports.postgres_log import migrate_log
from shared.bus.worker import Check, Worker
from shared.db.base import new_id
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.settings import REPOSITORY_POLICIES, ServiceSettings
from shared.settings import load as load_settings
from shared.urls import engine_url, with_database, with_login
from shared.web.operations import answer_metrics
from shared.web.reference.pages import answer_contents, links_of
from shared.web.wire.errors import answer_http_error, answer_unforeseen
from shared.web.wire.health import Health, answer_checks
from shared.web.wire.limits import SecurityHeaders
from shared.web.wire.protocol import ProblemProtocol
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.console.embedding import console_routes, leads_to_console
from shuangfu.embedded.connection import database_name, note_databases, runtime_password
from shuangfu.embedded.field_keys import embedded_account_keys, embedded_field_keys, embedded_talk_keys
from shuangfu.embedded.issuer import AUDIENCE, ISSUER, EmbeddedIssuer
from shuangfu.embedded.listening import HOST, Server, listen, serve_beside
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.policy_folders.installing import begin_with
from shuangfu.services import SERVICES, load, make_worker, settings_kind

STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: where the data is, and which external servers replace embedded ones."""

    port: int = 8000
    data: Path = Path("var")
    kafka: str | None = None
    database_url: str | None = None
    allow_sample_codes: bool = True
    """Unless the environment says otherwise (SHUANGFU_ALLOW_SAMPLE_CODES)."""
    region: str | None = None
    """Whose seats are offered at sign-in; None: what the environment says (SHUANGFU_REGION)."""


@contextmanager
def database_server(options: Options) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    """The URL of a PostgreSQL server: the named one, or an embedded one, which comes with it."""
    if options.database_url is not None:
        yield options.database_url, None
        return
    with EmbeddedPostgres.start(options.data / "postgres") as server:
        yield server.url(unix_socket=True), server


async def prepare_databases(server_url: str, runtime_password: str, *, log: bool) -> dict[str, str]:
    """Create a database per service (`shuangfu_<service>`), and the log's, and migrate them as the owner.

    Returns each service's URL as the runtime role, to which every policy applies.
    """
    await ensure_roles(server_url, runtime_password=runtime_password)
    names = {service: database_name(service) for service in (*SERVICES, *(("bus",) if log else ()))}
    await create_databases(server_url, list(names.values()), owner=OWNER)
    urls = {service: engine_url(with_database(server_url, name)) for service, name in names.items()}
    for service, url in urls.items():
        if service == "bus":
            await migrate_log(url, owner=OWNER, runtime=RUNTIME)
        else:
            await let_policies_use_indexes(url)
            await migrate(service, url, role=OWNER)
    return {service: with_login(url, RUNTIME, runtime_password) for service, url in urls.items()}


def service_settings(service: str, urls: dict[str, str], options: Options, issuer: EmbeddedIssuer) -> ServiceSettings:
    """A service's settings in the embedded mode; the environment may refine them."""
    given: dict[str, Any] = {}
    if "SHUANGFU_ALLOW_SAMPLE_CODES" not in os.environ:
        given["allow_sample_codes"] = options.allow_sample_codes
    if not {"SHUANGFU_POLICIES", f"SHUANGFU_{service.upper()}_POLICIES"} & os.environ.keys():
        # The program's own until `shuangfu policies load` installs others.
        given["policies"] = options.data / "policies"
        begin_with(given["policies"], REPOSITORY_POLICIES)
    if service == "registry" and not {"SHUANGFU_SEED_BODIES", "SHUANGFU_REGISTRY_SEED_BODIES"} & os.environ.keys():
        given["seed_bodies"] = True
    if "SHUANGFU_AUTH_ISSUER" not in os.environ:
        given |= {"auth_issuer": ISSUER, "auth_audience": AUDIENCE, "auth_jwks_file": issuer.jwks_file}
    return load_settings(
        settings_kind(service),
        service,
        database_url=urls[service],
        bus="kafka" if options.kafka else "postgres_log",
        kafka_bootstrap=options.kafka,
        bus_database_url=urls.get("bus"),
        field_keys_file=embedded_field_keys(options.data),
        account_keys_file=embedded_account_keys(options.data),
        talk_keys_file=embedded_talk_keys(options.data),
        audit_anchors=options.data / "anchors",
        evidence_folder=options.data / "evidence",
        **given,
    )


def create_embedded_app(urls: dict[str, str], options: Options) -> Starlette:
    """The gateway: each service under its name, its worker in the same process."""
    issuer = EmbeddedIssuer(options.data)
    apps: dict[str, FastAPI] = {}
    workers: list[Worker] = []
    for name in SERVICES:
        service, settings = load(name), service_settings(name, urls, options, issuer)
        worker = make_worker(service, settings)
        apps[name] = service.create_app(settings, worker=worker)
        workers.append(worker)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for app in apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            for worker in workers:
                worker.start()
            try:
                yield
            finally:
                await asyncio.gather(*(worker.stop() for worker in workers))
                await asyncio.gather(*(worker.database.close() for worker in workers))

    health: dict[str, Health] = {name: app.state.health for name, app in apps.items()}

    def live(_: Request) -> Response:
        return answer_checks(_named({name: one.live() for name, one in health.items()}))

    async def ready(_: Request) -> Response:
        found = await asyncio.gather(*(one.ready() for one in health.values()))
        return answer_checks(_named(dict(zip(health, found, strict=True))))

    def contents(request: Request) -> Response:
        return answer_contents(request, "shuangfu", [(name, links_of(f"/{name}")) for name in SERVICES])

    def root(request: Request) -> Response:
        return leads_to_console(request) or contents(request)

    console = ConsoleSettings()
    if options.region is not None:
        console = console.model_copy(update={"region": options.region})
    gateway = Starlette(
        routes=[
            Route("/", root),
            Route("/docs", contents),
            Route("/healthz", live),
            Route("/readyz", ready),
            Route("/metrics", lambda _: answer_metrics()),
            *console_routes(issuer, apps, console),
            *(Mount(f"/{name}", app) for name, app in apps.items()),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _answer_http_error, Exception: answer_unforeseen},  # type: ignore[dict-item]
        lifespan=lifespan,
    )
    # As nginx does: no redirect is made from what the Host header says.
    gateway.router.redirect_slashes = False
    return gateway


async def _answer_http_error(request: Request, error: HTTPException) -> Response:
    """What no service was asked for has an id as well."""
    response = await answer_http_error(request, error)
    response.headers["X-Request-Id"] = str(new_id())
    return response


def _named(checks: Mapping[str, Sequence[Check]]) -> list[Check]:
    """Each part's check under `<service>.<part>`."""
    return [replace(check, name=f"{service}.{check.name}") for service, found in checks.items() for check in found]


async def serve(options: Options, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. Raises EmbeddedServerError where the port is taken, or for the data."""
    # Before anything is started: who finds the port taken has waited for nothing.
    with listen(options.port) as bound, database_server(options) as (server_url, postgres):
        password = runtime_password(options.data)
        urls = await prepare_databases(server_url, password, log=options.kafka is None)
        note_databases(options.data, urls)
        config = uvicorn.Config(
            create_embedded_app(urls, options),
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=STOP_SECONDS,
            loop="uvloop",
            http=ProblemProtocol,
        )
        server = Server(config, lambda: on_ready(f"http://{HOST}:{bound.getsockname()[1]}"))
        await serve_beside(server, bound, postgres)
