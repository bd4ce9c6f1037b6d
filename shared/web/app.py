"""The app factory: what every service's HTTP side has in common."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import orjson
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

from shared.bus.worker import Check, Worker
from shared.contracts.asyncapi import describe
from shared.db.access import system_access
from shared.db.errors import is_transient
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.web.changes import router as changes
from shared.web.context import RequestContext
from shared.web.doors import problems
from shared.web.identity import Forbidden, OutsideScope, Unauthenticated, requires
from shared.web.language import Text, negotiate
from shared.web.limits import HEADERS, BodyTooLarge, RequestLimits, SecurityHeaders, TooLarge
from shared.web.permissions import Permission
from shared.web.problems import MEDIA_TYPE, FieldError, InvalidInput, NotFound, Problem, Unavailable
from shared.web.tokens import TokenVerifier
from shared.web.validation import field_errors

log = structlog.get_logger(__name__)


class _HttpProblem(Problem):
    """An error of the framework itself, in our form."""

    slug = "http-error"
    title = Text(zh="请求无法处理", en="The request cannot be handled")
    detail = Text(zh="状态码 {code}。", en="Status {code}.")


def create_service_app(
    settings: ServiceSettings,
    database: Database,
    routers: Sequence[APIRouter],
    *,
    state: Mapping[str, Any] | None = None,
    worker: Worker | None = None,
    streaming: Mapping[str, int | None] | None = None,
) -> FastAPI:
    """One service's app, its routes under `/v1`. `worker` is given where it runs in the same process.

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
    app.add_middleware(RequestContext)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(Problem, _on_problem)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _on_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(TooLarge, _on_too_large)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, answer_http_error)  # type: ignore[arg-type]
    # By its own name as well: handlers of plain Exception answer outside of every middleware, and raise again.
    for kind in (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError):
        app.add_exception_handler(kind, _on_unforeseen)
    app.add_exception_handler(Exception, _on_unforeseen)
    for router in (*routers, changes):
        app.include_router(router, prefix="/v1", responses=problems(InvalidInput, BodyTooLarge, Unavailable))
    app.include_router(_operations(settings, database, worker))
    app.openapi = partial(_openapi, app, app.openapi)  # type: ignore[method-assign]
    return app


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

    app = FastAPI(title=f"Shuangfu {settings.service} worker", openapi_url=None, lifespan=lifespan)
    # Probes and metrics only: no door here that would have to know who asks.
    app.include_router(_probes(database, worker))
    return app


def _respond(request: Request, problem: Problem, status: int | None = None) -> Response:
    document = problem.document(negotiate(request.headers.get("accept-language")))
    if status is not None:
        document["status"] = status
    headers = HEADERS | problem.headers
    request_id = request.scope.get("state", {}).get("request_id")
    if request_id:
        headers["X-Request-Id"] = request_id
    return Response(orjson.dumps(document, default=str), status or problem.status, headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, problem: Problem) -> Response:
    return _respond(request, problem)


async def _on_invalid(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    # FastAPI names the part of the request first; a pointer starts inside the body.
    errors = [
        one for item in found for one in field_errors([item], drop=1 if item["loc"] and item["loc"][0] == "body" else 0)
    ]
    return _respond(request, InvalidInput(errors))


async def _on_too_large(request: Request, error: TooLarge) -> Response:
    problem = BodyTooLarge(limit=error.limit)
    problem.headers = {"Connection": "close"}  # the rest of the body is not read
    return _respond(request, problem)


_UNREADABLE = 400
"""What FastAPI says of a body that is not in its media type: no UTF-8, no form."""
_UNREADABLE_BODY = Text(zh="请求体无法读取。", en="The body cannot be read.")


async def answer_http_error(request: Request, error: HTTPException) -> Response:
    if error.status_code == NotFound.status:
        return _respond(request, NotFound(what=request.url.path))
    if error.status_code == _UNREADABLE:
        return _respond(request, InvalidInput([FieldError("", _UNREADABLE_BODY)]))
    problem = _HttpProblem(code=error.status_code)
    problem.headers = dict(error.headers or {})
    return _respond(request, problem, error.status_code)


async def _on_unforeseen(request: Request, error: Exception) -> Response:
    if _is_unstorable_text(error):
        return _respond(request, InvalidInput([FieldError("", _UNSTORABLE)]))
    if _sqlstate(error) == _OUTSIDE_POLICY:
        # The last word is the database's: a row that its policy refuses is outside the caller's divisions.
        return _respond(request, OutsideScope(division="?"))
    if is_transient(error):
        log.warning("database_away", path=request.url.path, error=type(error).__name__)
        problem: Problem = Unavailable()
        problem.headers = {"Retry-After": "1"}
        return _respond(request, problem)
    log.error("request_failed", path=request.url.path, error=type(error).__name__, exc_info=error)
    return _respond(request, Problem())


_UNSTORABLE = Text(
    zh="文本中有不能存储的字符(NUL 或残缺的编码)。", en="A text holds a character that cannot be stored."
)


def _is_unstorable_text(error: Exception) -> bool:
    """NUL in text (22021, 22P05) passes JSON and Pydantic and is refused only by PostgreSQL."""
    if isinstance(error, asyncpg.DataError) and "surrogates" in str(error):
        return True
    return _sqlstate(error) in ("22021", "22P05")


def _sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code, whether the error is the driver's own or SQLAlchemy's around it."""
    found: str | None = getattr(getattr(error, "orig", error), "sqlstate", None)
    return found


_OUTSIDE_POLICY = "42501"

_BUS_COUNTS = text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NOT NULL) AS published, "
    "(SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unpublished, "
    "(SELECT count(*) FROM inbox) AS consumed, "
    "(SELECT count(*) FROM dead_letters WHERE state = 'open') AS dead_letters"
)


_FAILING: dict[int | str, dict[str, Any]] = {503: {"content": {"application/json": {}}, "description": "failing"}}


def _probes(database: Database, worker: Worker | None) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", responses=_FAILING)
    async def live() -> Response:
        """Whether a restart would help: 503 names the part that stands still."""
        return _checks(worker.live() if worker else [])

    @router.get("/readyz", responses=_FAILING)
    async def ready() -> Response:
        """Whether requests can be served now."""
        checks = worker.ready() if worker else []
        try:
            async with database.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
            checks.append(Check("database", True))
        except Exception as error:
            checks.append(Check("database", False, type(error).__name__))
        return _checks(checks)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Prometheus metrics."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _operations(settings: ServiceSettings, database: Database, worker: Worker | None) -> APIRouter:
    router = _probes(database, worker)

    @router.get(
        "/v1/operations/bus",
        dependencies=[requires(Permission.OPERATIONS_READ)],
        responses=problems(Unauthenticated, Forbidden, Unavailable),
    )
    async def bus() -> dict[str, int]:
        """Events of this service: published, waiting in the outbox, consumed, put aside."""
        async with database.transaction(system_access(settings.service, "operations")) as tx:
            row = await tx.row(_BUS_COUNTS)
        assert row is not None
        return dict(row)

    @router.get("/v1/asyncapi.json")
    async def asyncapi() -> dict[str, object]:
        """The events that this service publishes (AsyncAPI 3)."""
        return describe(settings.service)

    return router


def _checks(checks: Sequence[Check]) -> Response:
    ok = all(check.ok for check in checks)
    body = {
        "status": "ok" if ok else "failing",
        "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks],
    }
    return Response(orjson.dumps(body), 200 if ok else 503, media_type="application/json")
