"""Where a command finds the services: settings from the environment, or a data directory of `shuangfu serve`."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from yaml import YAMLError

from shared.db.errors import DRIVER_ERRORS
from shared.db.sealing import KeysUnusable
from shared.field.followed import NoPolicies, has_policies
from shared.settings import Kind, ServiceSettings, load
from shuangfu.services import SERVICES, settings_kind

DEFAULT_DATA = Path("~/.local/share/shuangfu")
"""Where `shuangfu serve` keeps its data by default."""

_NAMED_BY = (
    "SHUANGFU_DATABASE_URL",
    "SHUANGFU_SECRETS_DIR",
    *(f"SHUANGFU_{service.upper()}_DATABASE_URL" for service in SERVICES),
)
Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help=f"A data directory of `shuangfu serve`; default: the databases that the environment names, else "
        f"{DEFAULT_DATA}.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")]


def data_folder(data: Path | None, *, named: bool = False) -> Path | None:
    """The data directory of a command: the one given, else the default one; None where databases are named instead.

    They are named by the environment of the services, or by the command's own options (`named`).
    """
    if data is None and (named or any(os.environ.get(name) for name in _NAMED_BY)):
        return None
    return (data or DEFAULT_DATA).expanduser().resolve()


def settings_or_exit(service: str, **given: Any) -> ServiceSettings:
    """A service's settings; where some are missing or wrong, names their SHUANGFU_* variables and exits with 2."""
    return load_or_exit(settings_kind(service), service, **given)


def load_or_exit(kind: type[Kind], service: str, **given: Any) -> Kind:
    """The same for any kind of settings."""
    try:
        return load(kind, service, **given)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            name = "_".join(map(str, fault["loc"][:1])).upper()
            if fault["type"] == "missing":
                typer.echo(f"missing: SHUANGFU_{name} (or SHUANGFU_{service.upper()}_{name})", err=True)
            else:
                # The value is not shown: it may be a secret.
                typer.echo(f"{f'SHUANGFU_{name}' if name else 'settings'}: {fault['msg']}", err=True)
        raise typer.Exit(2) from error
    except (OSError, ValueError) as error:
        # A folder of secrets that is not there; a list that is no JSON.
        what = error if isinstance(error, OSError) else "a list in the environment is no JSON"
        typer.echo(f"settings of {service}: {what}", err=True)
        raise typer.Exit(2) from error


def settings_for_database(service: str, database_url: str | None) -> ServiceSettings:
    """Settings of a command that needs the database alone: with its URL, nothing else has to be set."""
    if database_url is None:
        return settings_or_exit(service)
    unused = {"bus": "kafka", "kafka_bootstrap": "unused:0", "auth_issuer": "unused"}
    # Set both: a variable in the environment would contradict.
    keys = {"auth_jwks_file": Path("unused"), "auth_jwks_url": None}
    return settings_or_exit(service, database_url=database_url, **unused, **keys)


def chosen_services(names: Sequence[str] | None) -> list[str]:
    """The services that were named, or all; an unknown name ends the command with 2."""
    unknown = [name for name in names or () if name not in SERVICES]
    if unknown:
        typer.echo(f"no service {', '.join(unknown)}; services are {', '.join(SERVICES)}", err=True)
        raise typer.Exit(2)
    return list(names or SERVICES)


@contextmanager
def readable_policies(command: str, folder: Path | None = None) -> Iterator[None]:
    """Services that cannot read their policies do not start: the command ends with 2 and one sentence.

    With a folder, one without any policy ends it too: some processes read none before they need them.
    """
    try:
        if folder is not None and not has_policies(folder):
            raise NoPolicies(f"no policies in {folder}")
        yield
    except (NoPolicies, ValidationError, YAMLError, KeyError, UnicodeDecodeError) as error:
        what = (
            "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            if isinstance(error, ValidationError)
            else " ".join(str(error).split())
        )
        where = ", ".join(getattr(error, "__notes__", ()))
        typer.echo(f"shuangfu {command}: policies: {f'{where}: ' if where else ''}{what}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def usable_keys(command: str) -> Iterator[None]:
    """Services whose key file is of no use do not start: the command ends with 2 and one sentence."""
    try:
        yield
    except KeysUnusable as error:
        typer.echo(f"shuangfu {command}: {error}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def one_sentence(command: str) -> Iterator[None]:
    """An unavailable database or network ends the command with 2 and one sentence instead of a traceback."""
    try:
        yield
    except (*DRIVER_ERRORS, DBAPIError) as error:
        typer.echo(f"shuangfu {command}: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(2) from error


def _no_more(_: ServiceSettings) -> Iterable[str]:
    return ()


@contextmanager
def settings_of(
    data: Path | None, services: Sequence[str], *, also: Callable[[ServiceSettings], Iterable[str]] = _no_more
) -> Iterator[dict[str, ServiceSettings]]:
    """The settings of services and of those that `also` names for each; a data directory's while its databases run.

    `data` is what was given (see `data_folder`). What is wrong with the directory ends the command with 1.
    """
    folder = data_folder(data)
    if folder is None:
        yield _find_all(settings_or_exit, services, also)
        return
    from shuangfu.embedded.connection import embedded_database_urls
    from shuangfu.embedded.issuer import EmbeddedIssuer
    from shuangfu.embedded.processes import EmbeddedServerError
    from shuangfu.embedded.server import Options, service_settings

    try:
        with embedded_database_urls(folder) as urls:
            kafka = None if "bus" in urls else os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP", "").strip()
            if kafka == "":
                typer.echo(f"the bus of {folder} is Kafka: name it in SHUANGFU_KAFKA_BOOTSTRAP", err=True)
                raise typer.Exit(2)
            options, issuer = Options(data=folder, kafka=kafka), EmbeddedIssuer(folder)
            found = partial(service_settings, urls=dict(urls), options=options, issuer=issuer)
            yield _find_all(found, services, also)
    except EmbeddedServerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _find_all(
    find: Callable[[str], ServiceSettings], services: Sequence[str], also: Callable[[ServiceSettings], Iterable[str]]
) -> dict[str, ServiceSettings]:
    found = {service: find(service) for service in services}
    more = {name for settings in found.values() for name in also(settings)}
    return found | {name: find(name) for name in sorted(more - found.keys())}
