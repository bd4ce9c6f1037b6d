"""The servers of a run: one PostgreSQL, and one Kafka once a test asks for it, whatever the number of workers.

Whoever runs the session owns them: pytest itself, or with `-n` the controller. Workers ask the controller for them
over a socket, so that nothing is started that no test needs, and everything ends with the run, however it ends.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any, Protocol

from shuangfu.embedded.postgres import EmbeddedPostgres

# Durability is not under test in most of them; what is, starts a server of its own.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_compression": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "600",
    "jit": "off",
}
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 2**30
"""What the databases of a run must find in memory; they take a tenth of it."""


class Servers(Protocol):
    """What a session has to offer its tests."""

    folder: Path
    """Of the whole run: locks of its workers lie here."""

    def postgres(self) -> EmbeddedPostgres:
        """The server of the run."""
        ...

    def kafka(self) -> str:
        """The broker's address. Raises EmbeddedServerError where none can run here."""
        ...


class OwnServers:
    """Starts each server when it is first asked for; `close` ends them."""

    def __init__(self) -> None:
        self._exits = ExitStack()
        # Not in pytest's own folder: that is closed to PostgreSQL's account. A database is some 300 files, and a
        # copy of them costs a tenth in memory of what it costs on a disk.
        where = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else None
        name = self._exits.enter_context(TemporaryDirectory(prefix="shuangfu-tests-", dir=where))
        self.folder = Path(name)
        self._lock = Lock()
        self._postgres: EmbeddedPostgres | None = None
        self._kafka: str | None = None
        self._listener: Listener | None = None

    def postgres(self) -> EmbeddedPostgres:
        """See `Servers`."""
        with self._lock:
            if self._postgres is None:
                start = EmbeddedPostgres.start(self.folder / "postgres", settings=FAST)
                self._postgres = self._exits.enter_context(start)
            return self._postgres

    def kafka(self) -> str:
        """See `Servers`. SHUANGFU_KAFKA_BOOTSTRAP names one that runs already."""
        from shuangfu.embedded.kafka import LocalKafka

        with self._lock:
            if self._kafka is None:
                named = os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP")
                start = self._exits.enter_context
                self._kafka = named or start(LocalKafka.start(self.folder / "kafka")).bootstrap
            return self._kafka

    def address(self) -> str:
        """Where workers ask for them, from now on."""
        if self._listener is None:
            self._listener = Listener(str(self.folder / "servers.sock"), "AF_UNIX")
            Thread(target=self._listen, args=(self._listener,), name="servers", daemon=True).start()
        return str(self._listener.address)

    def _listen(self, listener: Listener) -> None:
        with suppress(OSError):  # closed, at the end
            while True:
                Thread(target=self._answer, args=(listener.accept(),), daemon=True).start()

    def _answer(self, connection: Connection) -> None:
        with connection, suppress(EOFError, OSError):
            what = connection.recv()
            try:
                connection.send(_place(self.postgres()) if what == "postgres" else self.kafka())
            except Exception as error:
                connection.send(error)

    def close(self) -> None:
        """End what was started, and remove its data."""
        if self._listener is not None:
            self._listener.close()
        self._exits.close()


class Attached(EmbeddedPostgres):
    """The server of the run in a worker: to be used, not to be stopped."""

    def __init__(self, pgdata: Path, log: Path, port: int, password: str) -> None:
        self._pgdata, self._log, self.port, self.password = pgdata, log, port, password

    @property
    def pgdata(self) -> Path:
        """See `EmbeddedPostgres`."""
        return self._pgdata

    @property
    def log(self) -> Path:
        """See `EmbeddedPostgres`."""
        return self._log

    def stop(self) -> None:
        """Not by a worker."""
        raise AssertionError("the server belongs to the whole run")


class SharedServers:
    """Asks the controller, at the address that it gave."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.folder = Path(address).parent

    def postgres(self) -> EmbeddedPostgres:
        """See `Servers`."""
        return Attached(*self._ask("postgres"))

    def kafka(self) -> str:
        """See `Servers`."""
        found: str = self._ask("kafka")
        return found

    def _ask(self, what: str) -> Any:
        with Client(self._address, "AF_UNIX") as connection:
            connection.send(what)
            answer = connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _place(server: EmbeddedPostgres) -> tuple[Path, Path, int, str]:
    return server.pgdata, server.log, server.port, server.password


@contextmanager
def once(servers: Servers, what: str) -> Iterator[bool]:
    """Whether it is still to be done, by this worker; the others wait until it is, and again where it failed."""
    with (servers.folder / f"{what}.once").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        to_do = os.fstat(file.fileno()).st_size == 0  # now, not when it was opened
        yield to_do
        if to_do:
            file.write("done")
