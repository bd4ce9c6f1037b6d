"""The peers' own environment and servers: their packages from a lock, Redis, and processes that run on these."""

import asyncio
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.options import say
from benchmarks.servers import HOST, ROOT, Servers, _await_port
from shuangfu.embedded.postgres_directory import SUPERUSER
from shuangfu.embedded.processes import free_port, spawn, terminate

LOCK = Path(__file__).with_name("requirements.lock")
PLACE = ROOT / "var" / "peers"
UV = Path(sys.executable).with_name("uv")
END_SECONDS = 15.0


class Missing(RuntimeError):  # noqa: N818
    """A part of a peer is not on this machine; the message says which."""


def prepare_environment() -> Path:
    """The interpreter of the peers' environment, made from the lock where it is not there or not current.

    Raises subprocess.CalledProcessError where a package cannot be installed.
    """
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    ready, program = PLACE / "ready", PLACE / "bin" / "python"
    if ready.is_file() and ready.read_text() == wanted:
        return program
    say("installing the peers' packages into var/peers")
    subprocess.run([UV, "venv", "-q", "--clear", "--python", sys.executable, PLACE], check=True)
    subprocess.run([UV, "pip", "install", "-q", "--require-hashes", "--python", program, "-r", LOCK], check=True)
    ready.write_text(wanted)
    return program


class PeerServers(Servers):
    """Those of the benchmarks, with databases without tables, Redis, and processes of the peers' interpreter."""

    def __init__(self, folder: Path, program: Path) -> None:
        super().__init__(folder)
        self._program = program

    async def empty_database(self, name: str) -> str:
        """A fresh database without tables, owned by the superuser; its URL, for asyncpg."""
        return await self._copy("template1", name, SUPERUSER)

    async def redis(self) -> str:
        """A Redis server that writes its log once a second, as most keep it; its URL. Raises Missing."""
        program = shutil.which("redis-server")
        if program is None:
            raise Missing("redis-server is not installed (Debian's package of that name has it)")
        port = free_port()
        options = ["--bind", HOST, "--port", str(port), "--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        await self._begin("redis", [program, *options], {}, port)
        return f"redis://{HOST}:{port}/0"

    async def run(self, *arguments: str, env: Mapping[str, str]) -> None:
        """Run a module of the peers' interpreter to its end. Raises RuntimeError where it fails."""
        process = await asyncio.create_subprocess_exec(
            self._program, "-m", *arguments, cwd=ROOT, env=_environment(env), stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise RuntimeError(f"{arguments[0]} failed")

    async def peer(self, name: str, *arguments: str, env: Mapping[str, str], listens: bool = True) -> tuple[int, int]:
        """Start a module of the peers' interpreter; `{port}` is filled in. Returns its port and its process id."""
        port = free_port()
        command = [str(self._program), "-m", *(one.format(port=port) for one in arguments)]
        return port, await self._begin(name, command, env, port if listens else None)

    async def _begin(self, name: str, command: Sequence[str], env: Mapping[str, str], port: int | None) -> int:
        log = self.folder / f"{name}.log"
        child = spawn(command, log=log, cwd=ROOT, env=_environment(env))
        self.children[name] = child
        self._stack.callback(terminate, child, [(signal.SIGTERM, END_SECONDS)])
        if port is not None:
            await asyncio.to_thread(_await_port, child, port, name, log)
        return child.pid


def _environment(env: Mapping[str, str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SHUANGFU_", "PYTHON"))}
    return {**kept, "PYTHONPATH": str(ROOT), **env}
