"""Tools that make clients of the stored documents, as their lock files name them, and what they make."""

import os
import shutil
import sys
from pathlib import Path

from shuangfu.interfaces import stored_path
from shuangfu.services import SERVICES
from tests.running.programs import run_program

HERE = Path(__file__).parent


def write_typescript(tools: Path, folder: Path) -> None:
    """The types of every service's paths, and the chain beside them, compiled."""
    for service in SERVICES:
        out = folder / f"{service}.ts"
        command = [tools / "openapi-typescript", stored_path(service), "--default-non-nullable=false", "-o", out]
        run_program(command, folder)
    shutil.copy(HERE / "chain.ts", folder / "chain.ts")
    options = ["--strict", "--noEmitOnError", "--target", "es2022", "--module", "nodenext", "--types", "node"]
    run_program([tools / "tsc", *options, "--outDir", folder / "out", folder / "chain.ts"], folder)


def write_python(folder: Path) -> Path:
    """A package of each service, in a folder to import them from. The generator has an environment of its own."""
    uv = Path(sys.executable).with_name("uv")
    python = folder / "tools" / "bin" / "python"
    run_program([uv, "venv", "-q", "--python", sys.executable, folder / "tools"], folder)
    run_program(
        [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", HERE / "requirements.lock"], folder
    )
    for service in SERVICES:
        target = folder / "clients" / f"shuangfu_{service}"
        target.parent.mkdir(exist_ok=True)
        command = [python.with_name("openapi-python-client"), "generate", "--meta", "none", "--fail-on-warning"]
        run_program(
            [*command, "--path", stored_path(service), "--output-path", target, "--config", HERE / "client.yaml"],
            folder,
            PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        )
    return folder / "clients"
