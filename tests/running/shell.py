"""A shell in which the commands of a page are typed one after the other, as a reader would."""

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Done:
    """What a command left."""

    code: int
    output: str
    """Of both streams, in the order of its lines."""


class Shell:
    """bash, with aliases; variables and the folder stay from one command to the next."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._scratch = folder / ".shell"
        self._scratch.mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"], stdin=subprocess.PIPE, cwd=folder, env=environment, text=True
        )
        self._send("shopt -s expand_aliases; set -o pipefail")

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def type(self, text: str, seconds: float = 400) -> Done:
        """Run it to its end. Raises TimeoutError where that takes longer."""
        command, output, code = (self._scratch / name for name in ("command", "output", "code"))
        for left in (output, code):
            left.unlink(missing_ok=True)
        command.write_text(text + "\n", encoding="utf-8")
        self._send(f". {command} > {output} 2>&1 < /dev/null; echo $? > {code}.new; mv {code}.new {code}")
        deadline = time.monotonic() + seconds
        while not code.exists():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise TimeoutError(f"{text}: {output.read_text(errors='replace') if output.exists() else ''}")
            time.sleep(0.02)
        return Done(int(code.read_text()), output.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        """End it; what it started and still runs ends with SIGTERM."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.terminate()
            self._process.wait(30)


def bare_environment(home: Path, *first: Path) -> dict[str, str]:
    """What a new account has: nothing of ours, the folders `first` before the others of its PATH."""
    path = os.pathsep.join([*map(str, first), os.environ["PATH"]])
    return {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "USER": "newcomer"}
