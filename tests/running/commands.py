"""`shuangfu …` as a process of its own, without the seconds in which a new interpreter imports the product.

Such processes are forked from one that has imported everything. What a user types, `python -m shuangfu`, is run as it
is by `tests/journeys`.
"""

import asyncio
import atexit
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["shuangfu.cli", "shuangfu.embedded.server", "tests.faults.rig.process", "tests.running.warm"]
)


class Command:
    """One that runs, with its output in files."""

    def __init__(
        self,
        arguments: Sequence[str],
        out: Path,
        err: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        given = dict(os.environ if environment is None else environment)
        self._process: BaseProcess = FORKS.Process(
            target=_run, args=(list(arguments), str(out), str(err), given, folder or Path.cwd()), daemon=True
        )
        self._process.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, if it has ended."""
        return self._process.exitcode

    def wait(self, seconds: float) -> int:
        """The exit code. Raises subprocess.TimeoutExpired where it still runs then."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("shuangfu", seconds)
        return code

    def send_signal(self, number: int) -> None:
        """To a process that runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()


def run(*arguments: str, seconds: float = 300, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`shuangfu …` to its end; `environment` are further variables. One that takes longer is killed, and raises."""
    with TemporaryDirectory(prefix="shuangfu-command-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        command = Command(arguments, out, err, os.environ | environment)
        try:
            code = command.wait(seconds)
        except subprocess.TimeoutExpired:
            command.kill()
            raise
        return subprocess.CompletedProcess(["shuangfu", *arguments], code, out.read_text(), err.read_text())


async def run_beside(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The same while the loop goes on."""
    return await asyncio.to_thread(lambda: run(*arguments, **environment))


def _run(arguments: list[str], out: str, err: str, environment: dict[str, str], folder: Path) -> None:
    """What the child does: as `python -m shuangfu` does, and as an interpreter ends."""
    for place, descriptor in ((out, 1), (err, 2)):
        sink = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(sink, descriptor)
        os.close(sink)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["shuangfu", *arguments]
    from shuangfu.cli import app

    try:
        app()
    finally:
        atexit._run_exitfuncs()
