"""Routes for operators: probes, metrics, the state of the bus, the description of the events."""

from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import PlainTextResponse

from shared.contracts.asyncapi import describe
from shared.db.access import system_access
from shared.db.session import Database
from shared.problems.access import Forbidden, Unauthenticated
from shared.problems.problems import Unavailable
from shared.web.guarded import StrictRoute
from shared.web.identity.callers import requires
from shared.web.identity.permissions import Permission
from shared.web.routes import problems
from shared.web.wire.health import Health, answer_checks

_BUS_COUNTS = text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NOT NULL) AS published, "
    "(SELECT count(*) FROM outbox WHERE published_at IS NULL) AS unpublished, "
    "(SELECT count(*) FROM inbox) AS consumed, "
    "(SELECT count(*) FROM dead_letters WHERE state = 'open') AS dead_letters"
)


class BusOut(BaseModel):
    """Counts of a service's events, and of those that wait for somebody."""

    published: int
    unpublished: int
    consumed: int
    dead_letters: int


_FAILING: dict[int | str, dict[str, Any]] = {503: {"content": {"application/json": {}}, "description": "failing"}}


def create_probes() -> APIRouter:
    """Probes and metrics: they need no token. The app's state has `health`."""
    router = APIRouter(tags=["operations"], route_class=StrictRoute)

    @router.get("/healthz", responses=_FAILING)
    async def get_liveness(request: Request) -> Response:
        """Whether a restart would help: 503 names the part that stands still."""
        health: Health = request.app.state.health
        return answer_checks(health.live())

    @router.get("/readyz", responses=_FAILING)
    async def get_readiness(request: Request) -> Response:
        """Whether it can do its work now: 503 names the part that is unavailable."""
        health: Health = request.app.state.health
        return answer_checks(await health.ready())

    @router.get("/metrics", response_class=PlainTextResponse)
    async def get_metrics() -> Response:
        """Prometheus metrics."""
        return answer_metrics()

    return router


def answer_metrics() -> Response:
    """This process's metrics, in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def create_operations(service: str) -> APIRouter:
    """Probes, metrics, the state of the bus, and the AsyncAPI document of a service."""
    router = create_probes()

    @router.get(
        "/v1/operations/bus",
        dependencies=[requires(Permission.OPERATIONS_READ)],
        responses=problems(Unauthenticated, Forbidden, Unavailable),
    )
    async def get_bus(request: Request) -> BusOut:
        """Events of this service: published, waiting in the outbox, consumed, dead-lettered."""
        database: Database = request.app.state.database
        async with database.transaction(system_access(service, "operations")) as tx:
            row = await tx.row(_BUS_COUNTS)
        assert row is not None
        return BusOut(**row)

    @router.get("/v1/asyncapi.json")
    async def get_asyncapi() -> dict[str, Any]:
        """The events that this service publishes (AsyncAPI 3)."""
        return describe(service)

    return router
