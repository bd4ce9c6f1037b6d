"""The console as a process: what a container beside the gateway runs."""

import ipaddress
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from shared.telemetry.logs import configure_logs
from shuangfu.console.configuration import ConsoleSettings
from shuangfu.embedded.issuer import EmbeddedIssuer, has_issuer


def console(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8080,
    registry: Annotated[
        str, typer.Option(help="Where the registry's API answers: seats of the issuer for trials need it.")
    ] = "http://registry-api:8080",
    issuer: Annotated[
        Path | None, typer.Option(help="The folder of the issuer for trials; without it nobody signs in there.")
    ] = None,
    published_on: Annotated[
        str,
        typer.Option(
            help="The address that the gateway is published on: with the issuer for trials a loopback one, or this "
            "does not start.",
            envvar="SHUANGFU_PUBLISHED_ON",
        ),
    ] = "127.0.0.1",
) -> None:
    """Serve the console's files, and the sign-in for trials where no OIDC provider is named."""
    try:
        settings = ConsoleSettings()
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            typer.echo(f"SHUANGFU_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}", err=True)
        raise typer.Exit(2) from error
    if settings.embedded and not _is_loopback(published_on):
        typer.echo(
            f"shuangfu console: the issuer for trials lets everybody in, so it does not start on {published_on}: name "
            "your OIDC provider (SHUANGFU_AUTH_ISSUER), or publish the gateway on 127.0.0.1",
            err=True,
        )
        raise typer.Exit(2)
    configure_logs("json")
    from shuangfu.commands.service import serve_app
    from shuangfu.console.serving import create_console_app

    signing = EmbeddedIssuer(issuer) if settings.embedded and issuer is not None and has_issuer(issuer) else None
    serve_app(create_console_app(settings, signing, registry), host, port)


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False
