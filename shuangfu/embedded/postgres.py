"""PostgreSQL from a wheel, run as a child of this process on a directory of its own."""

import os
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from shuangfu.embedded.postgres_directory import START_SECONDS, STOP, SUPERUSER, PostgresDirectory
from shuangfu.embedded.postgres_programs import environment, programs_folder
from shuangfu.embedded.processes import (
    POLL_SECONDS,
    Child,
    DataDirUnusable,
    DirectoryLock,
    StartFailed,
    free_port,
    size,
    tail,
    terminate,
    wait_until_ready,
)

HOST = "127.0.0.1"
SOCKET_PATH_BYTES = 103  # the maximum on every system

SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


class EmbeddedPostgres:
    """A running server; `stop` it, or use it as a context manager."""

    def __init__(self, data_dir: Path, *, port: int | None, settings: Mapping[str, str]) -> None:
        """Use `start`."""
        self._wanted_port = port
        self._settings = {**SETTINGS, **settings}
        self._lock = DirectoryLock(data_dir)
        try:
            self._directory = PostgresDirectory(data_dir)
            self.password = self._directory.ensure_password()
            self._directory.ensure_database()
            self._directory.end_orphan()
            self.port, self._child = self._launch()
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def start(cls, data_dir: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> Self:
        """Start the server of a directory; creates the directory and the database if need be.

        Raises EmbeddedServerError.
        """
        data_dir = data_dir.expanduser().resolve()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(data_dir, port=port, settings=settings or {})
        except (FileExistsError, NotADirectoryError, PermissionError) as error:
            raise DataDirUnusable(f"PostgreSQL cannot keep its data in {data_dir}: {error}") from error

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own directory."""
        return self._directory.pgdata

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._directory.log

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def socket_dir(self) -> Path | None:
        """The folder of the Unix socket; None where its path is not usable for one."""
        return self.pgdata if _fits_socket(self.pgdata, self.port) else None

    def is_running(self) -> bool:
        return self._child.poll() is None

    def url(self, database: str = "postgres", driver: str = "postgresql", *, unix_socket: bool = False) -> str:
        """For asyncpg as it is, for SQLAlchemy with `driver="postgresql+asyncpg"`.

        The Unix socket is a sixth faster per query; only our own user and root may open it.
        """
        start = f"{driver}://{SUPERUSER}:{quote(self.password, safe='')}@"
        name = quote(database, safe="")
        if unix_socket and self.socket_dir is not None:
            place = urlencode({"host": str(self.socket_dir), "port": self.port}, quote_via=quote)
            return f"{start}/{name}?{place}"
        return f"{start}{HOST}:{self.port}/{name}"

    def revive(self) -> bool:
        """Start the server again, on its port, where it has ended by itself; True where it had.

        Raises EmbeddedServerError where it does not start.
        """
        if self.is_running():
            return False
        self._wanted_port = self.port
        self.port, self._child = self._launch()
        return True

    def stop(self) -> None:
        """Stop the server, keeping the data. May be repeated."""
        try:
            terminate(self._child, STOP)
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _launch(self) -> tuple[int, Child]:
        deadline = time.monotonic() + START_SECONDS
        while True:
            port = self._wanted_port or free_port(HOST)
            socket_dir = f'"{self.pgdata}"' if _fits_socket(self.pgdata, port) else ""
            settings = {**self._settings, "port": str(port), "unix_socket_directories": socket_dir}
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            log_start = size(self.log)
            child = self._directory.spawn("postgres", "-D", str(self.pgdata), *options, cwd=self.pgdata)
            try:
                wait_until_ready(
                    child,
                    partial(self._is_ready, child, port),
                    what="PostgreSQL",
                    seconds=START_SECONDS,
                    log=self.log,
                    log_start=log_start,
                )
            except StartFailed:
                output = tail(self.log, start=log_start)
                taken = self._wanted_port is None and "could not create any TCP/IP sockets" in output
                left_behind = "is still in use" in output
                if not (taken or left_behind) or time.monotonic() > deadline:
                    raise
                if left_behind:
                    self._directory.end_backends()
                time.sleep(POLL_SECONDS)
            else:
                return port, child

    def _is_ready(self, child: Child, port: int) -> bool:
        lines = self._directory.read_pid_file()
        if len(lines) < 8 or lines[0] != str(child.pid) or lines[7].strip() != "ready":  # noqa: PLR2004
            return False
        probe = [str(programs_folder() / "pg_isready"), "-q", "-h", HOST, "-p", str(port)]
        return subprocess.run(probe, check=False, env=environment()).returncode == 0  # noqa: S603


def _fits_socket(folder: Path, port: int) -> bool:
    """Socket paths have a maximum length, and a comma in one would read as two hosts."""
    fits = len(os.fsencode(folder / f".s.PGSQL.{port}")) <= SOCKET_PATH_BYTES
    return fits and not set(str(folder)) & set(',"')
