"""What the embedded servers share: one owner per directory, and child processes with a controlled end."""

import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

POLL_SECONDS = 0.01
KILL_SECONDS = 10.0
TAIL_BYTES = 64 * 1024
PORTS = range(20_000, 32_000)

Child = subprocess.Popen[bytes]
Escalation = Sequence[tuple[signal.Signals, float]]


class EmbeddedServerError(RuntimeError):
    """An embedded server cannot do what was asked; the message says why."""


class DataDirInUse(EmbeddedServerError):  # noqa: N818 - states what is the case
    """A living process already runs a server on this directory."""


class DataDirUnusable(EmbeddedServerError):  # noqa: N818 - states what is the case
    """The directory holds what this server neither made nor may overwrite."""


class StartFailed(EmbeddedServerError):  # noqa: N818 - states what is the case
    """The server ended, or did not answer in time; the message carries the last lines of its log."""


class DirectoryLock:
    """Marks this process as the owner of a directory. The kernel releases it however the process ends.

    `flock` and not `lockf`: it also refuses a second owner within the same process.
    """

    def __init__(self, directory: Path) -> None:
        path = directory / "lock"
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(self._fd, 32).decode(errors="replace").strip() or "unknown"
            self.release()
            raise DataDirInUse(f"{directory} is in use by process {owner}; stop that one first") from None
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        if self._fd is not None:
            os.close(self._fd)  # the file stays: removing it would let two owners lock two files
            self._fd = None


@contextlib.contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Lock a file for the block, waiting for other processes; the kernel releases it if the process dies."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on now. Another process may take it before the caller does, so callers retry.

    It is below the range for outgoing connections: one of those could take the port while a server restarts, or could
    connect to itself while the server is down.
    """
    for port in [*(secrets.choice(PORTS) for _ in range(50)), 0]:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((host, port))
            found: int = probe.getsockname()[1]
            return found
    raise EmbeddedServerError(f"no free port on {host}")


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path,
    env: dict[str, str],
    user: int | None = None,
    group: int | None = None,
) -> Child:
    """Start a child process in its own session, so that Ctrl-C at the terminal reaches only us."""
    sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - both commands are ours
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )
    finally:
        os.close(sink)


def size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def tail(path: Path, lines: int = 15, *, start: int = 0) -> str:
    """The last `lines` of a log, not before offset `start`: what an earlier run wrote does not matter."""
    try:
        with path.open("rb") as log:
            end = log.seek(0, os.SEEK_END)
            log.seek(max(start, end - TAIL_BYTES))
            text = log.read().decode(errors="replace")
    except OSError as error:
        return f"(no log: {error.strerror})"
    return "\n".join(text.splitlines()[-lines:])


def wait_until_ready(
    child: Child, ready: Callable[[], bool], *, what: str, seconds: float, log: Path, log_start: int
) -> None:
    """Wait until `ready` is true. Raises StartFailed where the child dies first or takes longer than `seconds`; then
    the child is ended."""
    deadline = time.monotonic() + seconds
    try:
        while child.poll() is None and time.monotonic() < deadline:
            if ready():
                return
            time.sleep(POLL_SECONDS)
        code = child.poll()
    except BaseException:  # Ctrl-C too must not leave it behind
        terminate(child, [(signal.SIGTERM, 1.0)])
        raise
    terminate(child, [(signal.SIGTERM, 1.0)])
    problem = f"was not ready within {seconds:g} s" if code is None else f"ended with code {code} while starting"
    raise StartFailed(f"{what} {problem}; the end of {log}:\n{tail(log, start=log_start)}")


def terminate(process: Child | psutil.Process, escalation: Escalation) -> None:
    """Send each signal in turn and wait its seconds for the process to end; SIGKILL comes last.

    Raises EmbeddedServerError where even that does not end it.
    """
    for number, seconds in [*escalation, (signal.SIGKILL, KILL_SECONDS)]:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _ended(process):
                return
            time.sleep(POLL_SECONDS)
    raise EmbeddedServerError(f"process {process.pid} does not end, not even when killed")


def _ended(process: Child | psutil.Process) -> bool:
    if isinstance(process, psutil.Process):
        # not our child, and in a container perhaps nobody's: it may stay a zombie
        try:
            return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True
    return process.poll() is not None


def living(pid: int, *, argument: str) -> psutil.Process | None:
    """The process with this id, provided that it was started with this argument.

    Ids are reused, in containers soon, so an id alone does not identify a process. The command line does, and unlike
    the working directory it can be read across users in a container too.
    """
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(pid)
        if argument in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def running_with(argument: str) -> list[psutil.Process]:
    """Every process that was started with this argument."""
    found = (living(pid, argument=argument) for pid in psutil.pids())
    return [process for process in found if process is not None]
