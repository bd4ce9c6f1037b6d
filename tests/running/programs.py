"""Programs of others that tests run: found on the machine, or left out aloud; with CI=true that is a failure."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

from shared.settings import TREE

_SECONDS = 600
_OF_A_PACKAGE = ("package.json", "package-lock.json", ".npmrc")


def find_program(name: str, lacking: str) -> str:
    """The path of a program. Skips where it is not here, and says what is lacking; fails where CI is set."""
    found = shutil.which(name)
    return leave_out(f"no {name}: {lacking}") if found is None else found


def find_built(path: Path) -> Path:
    """What `make console` makes, or the same as where a program is not here."""
    return path if path.exists() else leave_out(f"no {path.relative_to(TREE)}: `make console` makes it")


def leave_out(message: str) -> NoReturn:
    """Skips, and says why; fails where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def run_program(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """What a command prints. Fails the test with its output where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def install_packages(source: Path, target: Path, lacking: str) -> Path:
    """What a folder's package-lock.json names, installed below `target`; returns the folder of its programs."""
    npm = find_program("npm", lacking)
    for name in _OF_A_PACKAGE:
        shutil.copy(source / name, target / name)
    run_program([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], target)
    return target / "node_modules" / ".bin"
