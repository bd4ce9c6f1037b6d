"""The databases of a deployment, each as an administrator connects to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import make_url

from shared.db.errors import DRIVER_ERRORS
from shared.urls import driver_url, with_database
from shuangfu.services import SERVICES

BUS = "bus"
"""Stands for the database of the embedded log; there is none where Kafka is the bus."""

# How values are formatted as text, so that two servers format them alike.
_TEXT_FORM = {
    "datestyle": "ISO, YMD",
    "timezone": "UTC",
    "intervalstyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}


class BackupError(Exception):
    """A backup or a restore is not possible; the message says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """One database: the service it belongs to (or the bus), and its URL as an administrator."""

    service: str
    url: str

    @property
    def database(self) -> str:
        """Its name on its server."""
        name = make_url(self.url).database
        assert name, "a place names its database"
        return name

    @property
    def server_url(self) -> str:
        """The same server's database `postgres`."""
        return with_database(self.url, "postgres")

    def named(self, database: str) -> "Place":
        """Another database of the same server."""
        return Place(self.service, with_database(self.url, database))

    async def connect(self) -> asyncpg.Connection:
        """Connect. Raises BackupError where nobody answers or the login is refused."""
        return await _connect(self.url, self.service)

    async def connect_server(self) -> asyncpg.Connection:
        """Connect to the server's database `postgres`. Raises BackupError."""
        return await _connect(self.server_url, self.service)


async def _connect(url: str, service: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(driver_url(url), timeout=15, server_settings=_TEXT_FORM)
    except DRIVER_ERRORS as error:
        raise BackupError(f"the {service}'s database cannot be reached: {type(error).__name__}: {error}") from error


def find_places(server_url: str | None, urls: Mapping[str, str], *, prefix: str, log: bool) -> tuple[Place, ...]:
    """Every service's place, and that of the log (`log`): the one in `urls`, else `<prefix><service>` of the server.

    Raises BackupError where a service has neither.
    """
    wanted: Sequence[str] = (*SERVICES, *((BUS,) if log else ()))
    unknown = sorted(urls.keys() - {*SERVICES, BUS})
    if unknown:
        raise BackupError(f"{', '.join(unknown)}: no such database; they are {', '.join((*SERVICES, BUS))}")
    places = []
    for service in wanted:
        if service in urls:
            if not make_url(urls[service]).database:
                raise BackupError(f"the URL of {service} names no database")
            places.append(Place(service, urls[service]))
        elif server_url is not None:
            places.append(Place(service, with_database(server_url, f"{prefix}{service}")))
        else:
            raise BackupError(f"no URL for {service}: give --server-url, or --database {service}=URL")
    return tuple(places)
