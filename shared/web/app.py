"""The app factory: what every service's HTTP side has in common."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.routing import BaseRoute

from shared.bus.handlers import Handlers
from shared.bus.sending.watching import FeedWatch
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.problems.problems import InvalidInput, Unavailable
from shared.settings import ServiceSettings
from shared.web.changes import create_changes
from shared.web.describing.answers import complete
from shared.web.describing.document import describe, operation_id
from shared.web.guarded import check_guarded
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import TokenVerifier
from shared.web.knowledge import create_knowledge
from shared.web.letters.routes import create_letters
from shared.web.matching import match_own_paths
from shared.web.operations import create_operations, create_probes
from shared.web.reference.pages import create_reference
from shared.web.routes import problems
from shared.web.tasks import Waiting
from shared.web.tasks.routes import create_tasks
from shared.web.trail.routes import create_trail
from shared.web.wire.context import RequestContext
from shared.web.wire.errors import answer_errors
from shared.web.wire.heads import HeadAsGet
from shared.web.wire.health import Health
from shared.web.wire.limits import BodyTooLarge, RequestLimits, SecurityHeaders

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own spans contain paths and queries, and so codes and names. Ours do not (`wire/context.py`)."""


def create_service_app(
    settings: ServiceSettings,
    database: Database,
    routers: Sequence[APIRouter],
    *,
    reads: Permission,
    waiting: Sequence[Waiting] = (),
    handlers: Handlers | None = None,
    state: Mapping[str, Any] | None = None,
    worker: Worker | None = None,
    streaming: Mapping[str, int | None] | None = None,
) -> FastAPI:
    """One service's app, its routes under `/v1`. `worker` is given where it runs in the same process.

    `reads` is the permission to read the service's data: its change feed and its tasks need it too; `waiting` is what
    its modules contribute to these. `handlers` are its consumer's: dead letters that are retried go through them.
    `state` becomes attributes of `app.state`. `streaming` maps the paths of routes that take larger bodies to their
    limit in bytes (None: no limit).
    Raises TypeError for a router with a route that is not guarded.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await app.state.feed_watch.close()
        await database.close()

    built = _routes_of(settings.service, routers, reads, waiting)
    app = FastAPI(
        title=f"Shuangfu {settings.service}",
        version="1",
        routes=built.routes,
        # `reference/pages.py` serves it, with the page that shows it.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
        servers=[{"url": f"/{settings.service}", "description": "Behind the gateway"}],
    )
    app.state.settings = settings
    app.state.database = database
    app.state.feed_watch = FeedWatch(database, settings.service, most=settings.feed_waiters)
    app.state.verifier = TokenVerifier(settings)
    app.state.handlers = handlers or Handlers({})
    app.state.exports = asyncio.Semaphore(settings.exports_at_once)
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    app.add_middleware(HeadAsGet)
    app.add_middleware(
        RequestLimits,
        max_body_bytes=settings.max_body_bytes,
        timeout_seconds=settings.request_timeout_seconds,
        export_seconds=settings.export_timeout_seconds,
        streaming=streaming or {},
    )
    app.state.health = Health(database, worker, policies=settings.policies)
    app.add_middleware(RequestContext, service=settings.service, templates=built.templates)
    app.add_middleware(SecurityHeaders)
    answer_errors(app)
    app.openapi = partial(_openapi, app, app.openapi)  # type: ignore[method-assign]
    return app


_PREFIX = "/v1"


class _Routes(NamedTuple):
    """The routes of a service. All its apps share them: what differs between these is in their state."""

    routers: tuple[APIRouter, ...]
    """What they were built from; kept, as `_BUILT` knows them by `id`."""
    routes: list[BaseRoute]
    templates: dict[int, str]
    """The full path template of each route, by the route's `id`: log lines and metrics show it instead of the path."""


_BUILT: dict[tuple[object, ...], _Routes] = {}


def _routes_of(service: str, routers: Sequence[APIRouter], reads: Permission, waiting: Sequence[Waiting]) -> _Routes:
    """Built once in a process: FastAPI works for tenths of a second on what the routes take and answer."""
    key = (service, reads, tuple(waiting), *map(id, routers))
    if key not in _BUILT:
        guarded = (
            *routers,
            create_changes(reads),
            create_tasks(service, reads, waiting),
            create_trail(),
            create_letters(),
            create_knowledge(),
        )
        public = (create_operations(service), create_reference(service))
        whole = APIRouter(generate_unique_id_function=_operation_id)
        for router in guarded:
            check_guarded(router)
            match_own_paths(router, _PREFIX)
            whole.include_router(router, prefix=_PREFIX, responses=problems(InvalidInput, BodyTooLarge, Unavailable))
        for router in public:
            whole.include_router(router)
        of_public = {id(route): route.path for router in public for route in router.routes}  # type: ignore[attr-defined]
        of_guarded = {id(route): f"{_PREFIX}{route.path}" for router in guarded for route in router.routes}  # type: ignore[attr-defined]
        _BUILT[key] = _Routes((*guarded, *public), whole.routes, of_public | of_guarded)
    return _BUILT[key]


def _operation_id(route: Any) -> str:
    return operation_id(route.name)


def _openapi(app: FastAPI, generate: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """FastAPI's document, completed and described in both languages, once."""
    if app.openapi_schema is None:
        complete(generate())
        describe(generate())
    return generate()


def create_worker_app(settings: ServiceSettings, database: Database, worker: Worker) -> FastAPI:
    """A worker as a process: the service's background half, and the probes and metrics to monitor it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        await worker.stop()
        await database.close()

    app = FastAPI(
        title=f"Shuangfu {settings.service} worker",
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    app.add_middleware(HeadAsGet)
    app.state.health = Health(database, worker, policies=settings.policies)
    # Probes and metrics only: no route here needs to know the caller.
    app.include_router(create_probes())
    return app
