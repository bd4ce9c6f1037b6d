"""The app factory: what every service's HTTP side has in common."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.bus.worker import Worker
from shared.db.session import Database
from shared.problems.problems import MEDIA_TYPE, InvalidInput, Unavailable
from shared.settings import ServiceSettings
from shared.web.changes import make_changes
from shared.web.guarded import check_guarded
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import TokenVerifier
from shared.web.operations import make_operations, make_probes
from shared.web.routes import problems
from shared.web.wire.context import RequestContext
from shared.web.wire.errors import answer_errors
from shared.web.wire.health import Health
from shared.web.wire.limits import BodyTooLarge, RequestLimits, SecurityHeaders

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own spans quote paths and queries: a code, a name that was looked for. Ours do not (`context.py`)."""


def create_service_app(
    settings: ServiceSettings,
    database: Database,
    routers: Sequence[APIRouter],
    *,
    reads: Permission,
    state: Mapping[str, Any] | None = None,
    worker: Worker | None = None,
    streaming: Mapping[str, int | None] | None = None,
) -> FastAPI:
    """One service's app, its routes under `/v1`. `worker` is given where it runs in the same process.

    `reads` is the permission to read what the service keeps: without it nobody reads its changes.
    `streaming` names the paths of doors that take larger bodies, and how large (None: as large as they come).
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await database.close()

    app = FastAPI(
        title=f"Shuangfu {settings.service}",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.verifier = TokenVerifier(settings)
    for name, value in (state or {}).items():
        setattr(app.state, name, value)
    app.add_middleware(
        RequestLimits,
        max_body_bytes=settings.max_body_bytes,
        timeout_seconds=settings.request_timeout_seconds,
        streaming=streaming or {},
    )
    doors = (*routers, make_changes(reads))
    health = Health(database, worker)
    app.state.health = health
    operations = make_operations(settings, database, health)
    app.add_middleware(RequestContext, service=settings.service, templates=_templates(app, doors, operations))
    app.add_middleware(SecurityHeaders)
    answer_errors(app)
    for router in doors:
        check_guarded(router)
        app.include_router(router, prefix=_PREFIX, responses=problems(InvalidInput, BodyTooLarge, Unavailable))
    app.include_router(operations)
    app.openapi = partial(_openapi, app, app.openapi)  # type: ignore[method-assign]
    return app


_PREFIX = "/v1"


def _templates(app: FastAPI, doors: Sequence[APIRouter], operations: APIRouter) -> dict[int, str]:
    """Each route, by identity, with its whole template: what a log line and a metric name instead of a path."""
    found = {id(route): path for route in (*app.routes, *operations.routes) if (path := getattr(route, "path", None))}
    return found | {id(route): f"{_PREFIX}{route.path}" for router in doors for route in router.routes}  # type: ignore[attr-defined]


def _openapi(app: FastAPI, generate: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """FastAPI's document, with problems under their own media type only."""
    if app.openapi_schema is None:
        for operations in generate()["paths"].values():
            for operation in operations.values():
                for response in operation["responses"].values():
                    content = response.get("content", {})
                    if MEDIA_TYPE in content and "application/json" in content:
                        content[MEDIA_TYPE] = content.pop("application/json")
    return generate()


def create_worker_app(settings: ServiceSettings, database: Database, worker: Worker) -> FastAPI:
    """A worker as a process: its background half, and the operations doors to watch it by."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        await worker.stop()
        await database.close()

    app = FastAPI(
        title=f"Shuangfu {settings.service} worker", openapi_url=None, lifespan=lifespan, telemetry=NO_TELEMETRY
    )
    # Probes and metrics only: no door here that would have to know who asks.
    app.include_router(make_probes(Health(database, worker)))
    return app
