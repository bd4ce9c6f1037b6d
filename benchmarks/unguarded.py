"""The registry's API without authentication, permission, scope and audit: only to measure what these cost.

Everything else is the product's own. Its database is opened as a superuser, to whom no policy applies, and its audit
triggers are disabled (see `benchmarks.registrations`).
"""

import argparse

import uvicorn
import uvloop
from fastapi import Request

from services.registry.app import create_app
from services.registry.settings import Settings
from shared.db.access import Access, system_access
from shared.db.session import Database
from shared.process import settle_garbage_collector
from shared.settings import load
from shared.telemetry.logs import configure_logs
from shared.web import guarded
from shared.web.identity.permissions import Permission, Role
from shared.web.identity.tokens import Actor

ACCESS = system_access("registry", "unguarded")
ACTOR = Actor(ACCESS.actor, frozenset(Role), ACCESS.scope)


class Unscoped(Database):
    """A `Database` whose transactions set neither scope nor context."""

    def begin(self, _access: Access) -> str:
        """No scope, no context."""
        return "BEGIN"


async def authenticate(request: Request) -> Actor:
    """Every caller is the system; no header is read."""
    request.state.actor, request.state.access = ACTOR, ACCESS
    return ACTOR


def check_permission(_: Actor, __: Permission) -> None:
    """Everything is allowed."""


async def _serve(port: int) -> None:
    settings = load(Settings, "registry")
    configure_logs(settings.log_format)
    for name, stub in (("authenticate", authenticate), ("check_permission", check_permission)):
        setattr(guarded, name, stub)
    app = create_app(settings, database=Unscoped(settings.database_url, pool_size=settings.pool_size))
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, access_log=False, log_level="warning", server_header=False
    )
    settle_garbage_collector()
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(_serve(parser.parse_args().port))
