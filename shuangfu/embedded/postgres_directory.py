"""What an embedded PostgreSQL keeps in its directory, and what a server that is gone has left there.

pgdata/        PostgreSQL's own directory
postgres.log   the server's log
password       of the superuser `postgres`, readable by its owner only
lock           held while a process runs the server
"""

import contextlib
import os
import secrets
import shutil
import signal
import tempfile
from pathlib import Path

import psutil

from shuangfu.embedded.postgres_programs import environment, find_account, grant_access, programs_folder
from shuangfu.embedded.processes import (
    Child,
    DataDirUnusable,
    Escalation,
    StartFailed,
    living,
    size,
    spawn,
    tail,
    terminate,
)

NEEDED = "PostgreSQL 18"
SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP: Escalation = [(signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0)]  # fast, then at once

# Trigrams of Chinese text need a ctype that knows the letters, whatever the caller's locale:
# with ctype C, pg_trgm drops every one of them without a word.
LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class PostgresDirectory:
    """A directory whose lock the caller holds, so that nobody else uses it."""

    def __init__(self, path: Path) -> None:
        """Raises EmbeddedServerError where the account that PostgreSQL needs cannot be had."""
        self.path = path
        self.pgdata = path / "pgdata"
        self.log = path / "postgres.log"
        self._account = find_account()
        if self._account is not None:
            grant_access(self._account, path)

    def spawn(self, program: str, *arguments: str, cwd: Path) -> Child:
        """One of PostgreSQL's programs as a child process, as the account that may run it."""
        return spawn(
            [str(programs_folder() / program), *arguments],
            log=self.log,
            cwd=cwd,
            env=environment(),
            user=self._account.pw_uid if self._account else None,
            group=self._account.pw_gid if self._account else None,
        )

    def ensure_password(self) -> str:
        """The superuser's password, created with the directory. Raises DataDirUnusable where it is lost."""
        path = self.path / "password"
        if not path.exists():
            if self.pgdata.exists():
                raise DataDirUnusable(f"{path} is missing, and the database beside it needs it")
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(24))
            draft.rename(path)
        return path.read_text().strip()

    def ensure_database(self) -> None:
        """Create the database under another name and then rename it, so that a half-made one is never seen.

        Raises DataDirUnusable where another version's is there, StartFailed.
        """
        if self.pgdata.exists():
            version = self.pgdata / "PG_VERSION"
            found = f"PostgreSQL {version.read_text().strip()}" if version.exists() else "nothing that PostgreSQL made"
            if found != NEEDED:
                raise DataDirUnusable(f"{self.pgdata} holds {found}; needed is {NEEDED}")
            return
        for left_over in self.path.glob("pgdata.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        draft = Path(tempfile.mkdtemp(prefix="pgdata.new-", dir=self.path))
        self._give(draft)
        self._give(self.path / "password")  # initdb reads it
        log_start = size(self.log)
        child = self.spawn(
            *("initdb", "-D", str(draft), "-U", SUPERUSER, *LOCALE, "--no-instructions"),
            *("--auth=scram-sha-256", f"--pwfile={self.path / 'password'}"),
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

    def read_pid_file(self) -> list[str]:
        """The lines that the server writes about itself: its id first, its state in the eighth; none without a file."""
        try:
            return (self.pgdata / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def end_orphan(self) -> None:
        """Stop the server that outlived its owner."""
        lines = self.read_pid_file()
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

    def end_backends(self) -> None:
        """End what a killed server left behind: a busy backend notices only when it has to wait."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.name() == "postgres" and process.cwd() == str(self.pgdata):
                    terminate(process, [(signal.SIGQUIT, 5.0)])

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)
