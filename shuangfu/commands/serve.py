"""Runs all four services in one process: the embedded mode."""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
import uvloop

from shared.telemetry.logs import configure_logs
from shared.telemetry.traces import configure_tracing
from shared.urls import checked
from shuangfu.commands.places import DEFAULT_DATA, readable_policies


class SeatRegion(StrEnum):
    """Whose seats the page of sign-in offers."""

    HANGZHOU = "hangzhou"
    SHANGHAI = "shanghai"


def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8000,
    data: Annotated[Path, typer.Option(help="Where the embedded PostgreSQL keeps its data.")] = DEFAULT_DATA,
    kafka: Annotated[str | None, typer.Option(help="HOST:PORT of an Apache Kafka to use as the bus.")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="A PostgreSQL server to use; one database per service is created there.")
    ] = None,
    region: Annotated[
        SeatRegion | None,
        typer.Option(help="Whose seats are offered at sign-in to the console: hangzhou (the default) or shanghai."),
    ] = None,
    log_format: Annotated[str, typer.Option(help="json or console.")] = "json",
) -> None:
    """Run all four services in one process, on loopback."""
    from shuangfu.console.embedding import NOT_BUILT, is_built
    from shuangfu.embedded import server
    from shuangfu.embedded.processes import EmbeddedServerError

    try:
        checked(database_url or "postgresql://")
    except ValueError as error:
        typer.echo(f"shuangfu serve: --database-url: {error}", err=True)
        raise typer.Exit(2) from error
    configure_logs(log_format)
    configure_tracing()
    options = server.Options(port, data.expanduser().resolve(), kafka, database_url, region=region)

    def on_ready(url: str) -> None:
        bus = f"Kafka at {kafka}" if kafka else "the embedded log"
        kept = "the named PostgreSQL" if database_url else options.data
        typer.echo(f"Shuangfu is ready on {url} (bus: {bus}; data: {kept})")
        typer.echo(f"The console is at {url}/console/" if is_built() else f"shuangfu serve: {NOT_BUILT}")
        sys.stdout.flush()

    try:
        with readable_policies("serve"):
            uvloop.run(server.serve(options, on_ready))
    except (EmbeddedServerError, OSError, asyncpg.PostgresError) as error:
        typer.echo(f"shuangfu serve: {error}", err=True)
        raise typer.Exit(1) from error
    except SystemExit as error:
        # Uvicorn exits like this when its port is taken, and has logged it.
        raise typer.Exit(int(error.code or 0) or 1) from error
    except asyncio.CancelledError:
        raise typer.Exit(1) from None
