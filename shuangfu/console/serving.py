"""The console as an app of its own, behind the gateway."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from shared.web.wire.errors import answer_http_error, answer_unforeseen
from shared.web.wire.health import answer_checks
from shared.web.wire.limits import SecurityHeaders
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.console.routes import Console
from shuangfu.identity.issuing import Issuer
from shuangfu.identity.routes import Provider
from shuangfu.identity.seats import read_seats
from shuangfu.identity.units import units_by_registry

_SECONDS = 10.0


def create_console_app(settings: ConsoleSettings, issuer: Issuer | None, registry: str) -> Starlette:
    """`/console/`, `/healthz`, `/readyz`, and `/identity/` where there is an issuer for trials."""
    client = httpx.AsyncClient(base_url=registry, timeout=_SECONDS)
    routes = [Route(path, lambda _: answer_checks([])) for path in ("/healthz", "/readyz")]
    routes += Console(settings).routes()
    if issuer is not None:
        find = units_by_registry(issuer, client, "")
        routes += Provider(issuer, read_seats(settings.region), settings.console_client_id, find).routes()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    app = Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: answer_http_error, Exception: answer_unforeseen},  # type: ignore[dict-item]
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app
