"""Connects a command to the databases of a data directory, whether `shuangfu serve` runs on it or not."""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson

from shared.private_files import write_private, write_private_once
from shared.schema.security import RUNTIME
from shared.urls import engine_url, with_database, with_login
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.postgres_directory import SUPERUSER
from shuangfu.embedded.processes import DataDirInUse, DataDirUnusable
from shuangfu.services import SERVICES

WAIT_SECONDS = 60.0
POLL_SECONDS = 0.1
ADDRESSES = "databases.json"


def database_name(service: str) -> str:
    """The name of a service's database where one server has them all."""
    return f"shuangfu_{service}"


def runtime_password(data: Path) -> str:
    """The runtime role's password, kept beside the data; created when it is first needed."""
    data.mkdir(parents=True, exist_ok=True)
    path = data / "runtime.password"
    if not path.exists():
        write_private_once(path, secrets.token_urlsafe(32).encode())
    return path.read_text()


def note_databases(data: Path, urls: Mapping[str, str]) -> None:
    """Write down the databases' addresses, for commands that run at the same time."""
    write_private(data / ADDRESSES, orjson.dumps(dict(urls)))


@contextmanager
def embedded_database_urls(data: Path) -> Iterator[dict[str, str]]:
    """Each service's URL, and the log's (`bus`) where there is one, as the runtime role.

    They are the running server's, or those of a server that is started for the duration of the block.

    Raises EmbeddedServerError where there is no data, or where another command uses it for longer than WAIT_SECONDS.
    """
    data = data.expanduser().resolve()
    folder = data / "postgres"
    if not (folder / "pgdata").exists():
        yield _of_named_server(data)
        return
    server = _start_unless_running(data, folder)
    if server is None:
        yield _read(data)
        return
    with server:
        password = runtime_password(data)
        place = engine_url(server.url(unix_socket=True))
        yield {
            service: with_login(with_database(place, database_name(service)), RUNTIME, password)
            for service in (*SERVICES, *(("bus",) if _has_log(data) else ()))
        }


def _start_unless_running(data: Path, folder: Path) -> EmbeddedPostgres | None:
    """A server of our own, or None once the running one has written down its addresses."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return EmbeddedPostgres.start(folder)
        except DataDirInUse:
            if _is_current(data / ADDRESSES, folder / "lock"):
                return None
            if time.monotonic() > deadline:
                raise
        time.sleep(POLL_SECONDS)


def _is_current(addresses: Path, lock: Path) -> bool:
    """Whether the addresses are those of the server that holds the lock now, not of an earlier one."""
    try:
        return addresses.stat().st_mtime_ns >= lock.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def _of_named_server(data: Path) -> dict[str, str]:
    """`serve --database-url` has no data here, but writes down the addresses too; that server keeps running."""
    if not (data / ADDRESSES).exists():
        raise DataDirUnusable(f"{data} has no databases: `shuangfu serve` creates them")
    return _read(data)


def _read(data: Path) -> dict[str, str]:
    urls: dict[str, str] = orjson.loads((data / ADDRESSES).read_bytes())
    return {service: urls[service] for service in (*SERVICES, *(("bus",) if "bus" in urls else ()))}


def _has_log(data: Path) -> bool:
    """Whether the last server used the embedded log; with Apache Kafka there is none."""
    return (data / ADDRESSES).exists() and "bus" in orjson.loads((data / ADDRESSES).read_bytes())


@contextmanager
def embedded_server_url(data: Path) -> Iterator[tuple[str, bool]]:
    """(URL of a data directory's PostgreSQL as its superuser, whether the embedded log is its bus).

    Raises EmbeddedServerError where the directory has no PostgreSQL of its own.
    """
    data = data.expanduser().resolve()
    folder = data / "postgres"
    if not (folder / "pgdata").exists():
        raise DataDirUnusable(f"{data} has no PostgreSQL of its own: name the server (--server-url)")
    log = not (data / ADDRESSES).exists() or "bus" in orjson.loads((data / ADDRESSES).read_bytes())
    server = _start_unless_running(data, folder)
    if server is None:
        somewhere = with_database(_read(data)["registry"], "postgres")
        yield with_login(somewhere, SUPERUSER, (folder / "password").read_text().strip()), log
        return
    with server:
        yield server.url(unix_socket=True), log
