"""Tools that make clients of the stored documents, as their lock files name them, and what they make."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from shuangfu.interfaces import stored_path
from shuangfu.services import SERVICES

HERE = Path(__file__).parent
_SECONDS = 300


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
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


def node_tools(folder: Path) -> Path:
    """The installed packages of package-lock.json. Skips without Node, but never in CI."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("no npm: clients in TypeScript are not generated")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, folder / name)
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], folder)
    return folder / "node_modules" / ".bin"


def write_typescript(tools: Path, folder: Path) -> None:
    """The types of every service's paths, and the chain beside them, compiled."""
    for service in SERVICES:
        out = folder / f"{service}.ts"
        command = [tools / "openapi-typescript", stored_path(service), "--default-non-nullable=false", "-o", out]
        run(command, folder)
    shutil.copy(HERE / "chain.ts", folder / "chain.ts")
    options = ["--strict", "--noEmitOnError", "--target", "es2022", "--module", "nodenext", "--types", "node"]
    run([tools / "tsc", *options, "--outDir", folder / "out", folder / "chain.ts"], folder)


def write_python(folder: Path) -> Path:
    """A package of each service, in a folder to import them from. The generator has an environment of its own."""
    uv = Path(sys.executable).with_name("uv")
    python = folder / "tools" / "bin" / "python"
    run([uv, "venv", "-q", "--python", sys.executable, folder / "tools"], folder)
    run([uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", HERE / "requirements.lock"], folder)
    for service in SERVICES:
        target = folder / "clients" / f"shuangfu_{service}"
        target.parent.mkdir(exist_ok=True)
        command = [python.with_name("openapi-python-client"), "generate", "--meta", "none"]
        run(
            [*command, "--path", stored_path(service), "--output-path", target, "--config", HERE / "client.yaml"],
            folder,
            PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        )
    return folder / "clients"
