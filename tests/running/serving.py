"""`shuangfu serve` as a process of its own, and the demonstration on it."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx

from shuangfu.embedded.processes import free_port
from tests.running import commands
from tests.running.callers import PLAIN
from tests.running.commands import Command

START_SECONDS = 600
STOP_SECONDS = 60


def demo(*options: str) -> dict[str, Any]:
    """What `shuangfu demo --json` prints."""
    done = commands.run("demo", "--json", *options)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Server:
    """One on a data directory; it keeps its port over restarts."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.parent / "serve.log"
        self.process: Command | subprocess.Popen[bytes] | None = None
        self.tokens: dict[str, str] = {}

    def arguments(self, port: int) -> list[str]:
        """Of the command."""
        return ["serve", "--port", str(port), "--data", str(self.data)]

    def launch(self) -> Command | subprocess.Popen[bytes]:
        """Start its process."""
        return Command(self.arguments(self.port), self.log, self.log)

    def start(self) -> None:
        """Returns once it is ready."""
        self.process = self.launch()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2, verify=PLAIN).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.05)
        raise AssertionError(self.log.read_text(errors="replace")[-3000:])

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """SIGKILL, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_SECONDS)

    def end(self) -> None:
        """End it where it still runs: by SIGTERM, so that its PostgreSQL ends with it."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.stop()
        finally:
            self.kill()

    def get(self, path: str, **query: Any) -> Any:
        """What an auditor reads."""
        response = httpx.get(
            f"{self.url}{path}", params=query, headers=self.bearer("auditor"), timeout=20, verify=PLAIN
        )
        return response.raise_for_status().json()

    def bearer(self, role: str) -> dict[str, str]:
        """Headers with what `shuangfu token` prints."""
        if role not in self.tokens:
            divisions = ("--division", "31", "--division", "33")
            done = commands.run("token", "--role", role, *divisions, "--data", str(self.data))
            assert done.returncode == 0, done.stderr
            self.tokens[role] = done.stdout.strip()
        return {"Authorization": f"Bearer {self.tokens[role]}"}
