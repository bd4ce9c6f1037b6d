"""Options that read a database's URL from the environment get its password from a file, as settings do."""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError

from shared.urls import with_password
from shuangfu import __version__


def join_passwords(environment: MutableMapping[str, str]) -> None:
    """Put passwords into the `SHUANGFU_…DATABASE_URL`s that have none: the one for that URL, else the general one.

    The administrator's is `SHUANGFU_ADMIN_DATABASE_PASSWORD`, all others' `SHUANGFU_DATABASE_PASSWORD`.
    """
    folder = environment.get("SHUANGFU_SECRETS_DIR")
    secrets = {path.name.upper(): path for path in Path(folder).iterdir() if path.is_file()} if folder else {}

    def find(name: str) -> SecretStr | None:
        if environment.get(name):
            return SecretStr(environment[name])
        return SecretStr(secrets[name].read_text().strip()) if name in secrets else None

    urls = {name: url for name, url in environment.items() if name.startswith("SHUANGFU_") and url}
    for name, url in urls.items():
        if not name.endswith("DATABASE_URL"):
            continue
        kind = "ADMIN_" if name.endswith("_ADMIN_DATABASE_URL") else ""
        own = find(f"{name.removesuffix('_URL')}_PASSWORD")
        environment[name] = with_password(url, own or find(f"SHUANGFU_{kind}DATABASE_PASSWORD"))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"shuangfu {__version__}")
        raise typer.Exit


def join_passwords_of_this_process(
    version: Annotated[  # noqa: ARG001 - typer handles it
        bool,
        typer.Option("--version", help="Show the version and end.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Shuangfu (双孵): Party-building work for social organizations, from registration to a paid grant."""
    try:
        join_passwords(os.environ)
    except OSError as error:
        typer.echo(f"shuangfu: a secret cannot be read: {error}", err=True)
        raise typer.Exit(2) from error
    except ArgumentError as error:
        typer.echo("shuangfu: a SHUANGFU_…DATABASE_URL is no database URL", err=True)
        raise typer.Exit(2) from error
