"""A service's API or worker as a process: what containers run."""

import signal
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
import uvloop
from starlette.applications import Starlette

from shared.process import settle_garbage_collector
from shared.telemetry.logs import configure_logs
from shared.telemetry.traces import configure_tracing
from shared.web.app import create_worker_app
from shuangfu.commands.places import readable_policies, settings_or_exit, usable_keys
from shuangfu.services import load, make_worker

Name = Annotated[str, typer.Argument(help="registry, incubation, evaluation or funding")]


def api(
    service: Name,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    root_path: Annotated[
        str, typer.Option(help="The path under which a gateway serves it, for instance /registry.")
    ] = "",
) -> None:
    """Run a service's HTTP side (settings from the environment)."""
    settings = settings_or_exit(service)
    configure_logs(settings.log_format)
    configure_tracing()
    with readable_policies("api", settings.policies), usable_keys("api"):
        app = load(service).create_app(settings)
    serve_app(app, host, port, root_path)


def worker(
    service: Name,
    host: Annotated[str, typer.Option(help="Address of /healthz, /readyz and /metrics.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of /healthz, /readyz and /metrics.")] = 8081,
) -> None:
    """Run a service's relay, consumer and jobs (settings from the environment)."""
    settings = settings_or_exit(service)
    configure_logs(settings.log_format)
    configure_tracing()
    with readable_policies("worker", settings.policies), usable_keys("worker"):
        found = make_worker(load(service), settings)
    serve_app(create_worker_app(settings, found.database, found), host, port)


def serve_app(app: Starlette, host: str, port: int, root_path: str = "") -> None:
    """Serve an app until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        root_path=root_path,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    settle_garbage_collector()
    # SIGTERM ends uvicorn cleanly; it then raises the signal again, which must not count as a failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with suppress(KeyboardInterrupt):
        uvloop.run(uvicorn.Server(config).serve())
