"""The console and the sign-in for it as parts of the embedded mode's gateway."""

from collections.abc import Mapping

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from shared.web.reference.pages import prefers_html
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.console.files import INDEX
from shuangfu.console.routes import Console
from shuangfu.identity.issuing import Issuer
from shuangfu.identity.routes import Provider
from shuangfu.identity.seats import read_seats
from shuangfu.identity.units import units_by_registry

NOT_BUILT = "the console is not built: `make console` builds it; everything else is served"


def is_built() -> bool:
    """Whether there is a build to serve."""
    return (ConsoleSettings().console_build / INDEX).is_file()


def console_routes(issuer: Issuer, apps: Mapping[str, ASGIApp], settings: ConsoleSettings) -> list[Route]:
    """`/console/`, and `/identity/` where no other provider is named. The registry is asked within the process."""
    routes = Console(settings).routes()
    if settings.embedded:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(apps["registry"]), base_url="http://registry")
        provider = Provider(
            issuer, read_seats(settings.region), settings.console_client_id, units_by_registry(issuer, client, "")
        )
        routes += provider.routes()
    return routes


def leads_to_console(request: Request) -> Response | None:
    """Where a browser is led from `/`; None for programs, and where there is no build."""
    if not is_built() or not prefers_html(request.headers.get("accept", "")):
        return None
    return RedirectResponse("/console/", 303, headers={"Vary": "Accept"})
