"""Apache Kafka on this machine: one KRaft node, run from jars that Maven resolves once.

Its directory holds:

    data/              Kafka's own directory
    server.properties  overwritten at every start
    kafka.log          the server's log
    lock               held while a process runs the server
"""

import asyncio
import base64
import functools
import os
import shutil
import signal
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shuangfu.embedded.kafka_jars import availability, ensure_jars
from shuangfu.embedded.kafka_properties import JVM, PROPERTIES
from shuangfu.embedded.processes import (
    Child,
    DataDirUnusable,
    DirectoryLock,
    EmbeddedServerError,
    Escalation,
    StartFailed,
    free_port,
    running_with,
    size,
    spawn,
    tail,
    terminate,
    wait_until_ready,
)

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP: Escalation = [(signal.SIGTERM, 15.0)]


class LocalKafka:
    """A running broker; `stop` it, or use it as a context manager."""

    def __init__(self, data_dir: Path, *, port: int | None, partitions: int, heap: str) -> None:
        """Use `start`."""
        self.data_dir = data_dir
        self.log = data_dir / "kafka.log"
        self._data = data_dir / "data"
        self._mark = f"-Dshuangfu.data={data_dir}"  # marks the process, so that an orphan is found
        self._partitions = partitions
        self._heap = heap
        self._libs = ensure_jars()
        self._lock = DirectoryLock(data_dir)
        try:
            for orphan in running_with(self._mark):  # the lock is ours, so nobody else uses it
                terminate(orphan, STOP)
            self._format_once()
            self.port, self._child = self._launch(port)
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def start(cls, data_dir: Path, *, port: int | None = None, partitions: int = 6, heap: str = "512m") -> Self:
        """Start the broker of a directory, which is created and formatted if need be. Raises EmbeddedServerError."""
        reason = availability()
        if reason is not None:
            raise EmbeddedServerError(reason)
        data_dir = data_dir.expanduser().resolve()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(data_dir, port=port, partitions=partitions, heap=heap)
        except (FileExistsError, NotADirectoryError, PermissionError) as error:
            raise DataDirUnusable(f"Kafka cannot keep its data in {data_dir}: {error}") from error

    @property
    def bootstrap(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        return self._child.pid

    def is_running(self) -> bool:
        return self._child.poll() is None

    def stop(self) -> None:
        """Stop the broker, keeping the data. May be repeated."""
        try:
            terminate(self._child, STOP)
        finally:
            self._lock.release()

    def kill(self) -> None:
        """Kill the broker as a crash would; the directory stays locked, for `restart`."""
        terminate(self._child, [])

    def restart(self) -> None:
        """Start the broker again on the same port and data; stops it first if it runs."""
        self.stop()
        self._lock = DirectoryLock(self.data_dir)
        try:
            _, self._child = self._launch(self.port)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _format_once(self) -> None:
        """Format a folder under another name and then rename it, so that a half-formatted one is never seen."""
        if self._data.exists():
            if not (self._data / "meta.properties").exists():
                raise DataDirUnusable(f"{self._data} holds nothing that Kafka made")
            return
        draft = self.data_dir / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._write_properties(draft.name, port=free_port(HOST))
        log_start = size(self.log)
        child = self._java("kafka.tools.StorageTool", "format", "-t", _cluster_id(), "-c", "server.properties")
        try:
            code = child.wait(START_SECONDS)
        except BaseException:
            terminate(child, [])
            raise
        if code:
            raise StartFailed(f"formatting ended with code {code}:\n{tail(self.log, start=log_start)}")
        draft.rename(self._data)

    def _launch(self, wanted_port: int | None) -> tuple[int, Child]:
        meta = (self._data / "meta.properties").read_text()
        cluster = next(line for line in meta.splitlines() if line.startswith("cluster.id=")).partition("=")[2]
        for attempts_left in (2, 1, 0):
            port = wanted_port or free_port(HOST)
            self._write_properties(self._data.name, port=port)
            log_start = size(self.log)
            child = self._java("kafka.Kafka", "server.properties")
            try:
                wait_until_ready(
                    child,
                    functools.partial(_answers, port, cluster),
                    what="Kafka",
                    seconds=START_SECONDS,
                    log=self.log,
                    log_start=log_start,
                )
            except StartFailed as error:
                if wanted_port or not attempts_left or "Address already in use" not in str(error):
                    raise
            else:
                return port, child
        raise AssertionError("the last attempt returns or raises")

    def _write_properties(self, folder: str, *, port: int) -> None:
        text = PROPERTIES.format(
            host=HOST, port=port, controller_port=free_port(HOST), folder=folder, partitions=self._partitions
        )
        (self.data_dir / "server.properties").write_text(text)

    def _java(self, *command: str) -> Child:
        (self.data_dir / "tmp").mkdir(exist_ok=True)
        heap = (f"-Xms{self._heap}", f"-Xmx{self._heap}")
        return spawn(
            ["java", *JVM, *heap, self._mark, "-cp", f"{self._libs}/*", *command],
            log=self.log,
            cwd=self.data_dir,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )


def _answers(port: int, cluster: str) -> bool:
    """Whether this very broker serves clients; runs in a thread, because the caller may be in an event loop."""
    try:
        socket.create_connection((HOST, port), timeout=1.0).close()
    except OSError:
        return False
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _serves(f"{HOST}:{port}", cluster)).result()


async def _serves(bootstrap: str, cluster: str) -> bool:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5000)
    try:
        await admin.start()
        answer = await admin.describe_cluster()
    except KafkaError:
        return False
    finally:
        await admin.close()
    # another broker may have the port, and ours is about to notice
    return bool(answer["brokers"]) and answer["cluster_id"] == cluster


def _cluster_id() -> str:
    """A random id in Kafka's encoding; the first letter is fixed, because a leading hyphen would read as an option."""
    return "S" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
