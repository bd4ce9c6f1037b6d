"""One service's half as a process of its own: what containers run."""

import asyncio
import signal
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
import uvloop
from fastapi import FastAPI

from shared.db import migrate as migrations
from shared.process import settle_garbage_collector
from shared.settings import load_settings
from shared.telemetry.logs import configure_logs
from shared.web.app import create_worker_app
from shuangfu.services import load, make_worker

Name = Annotated[str, typer.Argument(help="registry, incubation, evaluation or funding")]


def api(
    service: Name,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
) -> None:
    """Run a service's HTTP side (settings from the environment)."""
    settings = load_settings(service)
    configure_logs(settings.log_format)
    _serve(load(service).create_app(settings), host, port)


def worker(
    service: Name,
    host: Annotated[str, typer.Option(help="Address of /healthz, /readyz and /metrics.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of /healthz, /readyz and /metrics.")] = 8081,
) -> None:
    """Run a service's relay, consumer and jobs (settings from the environment)."""
    settings = load_settings(service)
    configure_logs(settings.log_format)
    found = make_worker(load(service), settings)
    _serve(create_worker_app(settings, found.database, found), host, port)


def migrate(service: Name) -> None:
    """Bring a service's database to the newest revision."""
    settings = load_settings(service)
    asyncio.run(migrations.migrate(service, settings.database_url))


def _serve(app: FastAPI, host: str, port: int) -> None:
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    settle_garbage_collector()
    # SIGTERM ends uvicorn cleanly; it then raises the signal again, which is no failure here.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with suppress(KeyboardInterrupt):
        uvloop.run(uvicorn.Server(config).serve())
