"""The embedded mode, started for the demonstration on fresh data, with an example's own policies; it ends with it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console

from shared.settings import REPOSITORY_POLICIES
from shuangfu.demonstration.findings import DemoFailed
from shuangfu.embedded.processes import free_port

START_SECONDS = 240.0


@contextmanager
def embedded(bus: str, policies: Path | None, console: Console, region: str) -> Iterator[tuple[str, Path | None]]:
    """`shuangfu serve` in a separate process: its address, and its data. `policies` stand beside the program's own.

    What SIGTERM ends takes its services and their data with it.
    """
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="shuangfu-demo-") as folder, _kafka(bus, Path(folder)) as bootstrap:
        port = free_port()
        log = Path(folder) / "serve.log"
        command = [sys.executable, "-m", "shuangfu", "serve", "--port", str(port), "--data", f"{folder}/data"]
        command += ["--region", region]
        if bootstrap:
            command += ["--kafka", bootstrap]
        # A broker named by the environment may hold other runs' events, so this run has its own topics and groups.
        environment = {**os.environ, "SHUANGFU_KAFKA_PREFIX": f"demo-{os.getpid()}-{int(time.time())}."}
        if policies is not None:
            environment.setdefault("SHUANGFU_POLICIES", str(add_policies(Path(folder) / "policies", policies)))
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - our own program
                command, stdout=output, stderr=output, env=environment
            )
        try:
            base = f"http://127.0.0.1:{port}"
            with console.status("启动  starting PostgreSQL and four services"):
                _await_ready(base, server, log)
            yield base, Path(folder) / "data"
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _end(*_: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def add_policies(folder: Path, *added: Path) -> Path:
    """The program's policies, and those of examples beside them."""
    shutil.copytree(REPOSITORY_POLICIES, folder)
    for number, one in enumerate(added):
        shutil.copytree(one, folder / f"example-{number}")
    return folder


@contextmanager
def _kafka(bus: str, folder: Path) -> Iterator[str | None]:
    """The broker's address: named by the environment, or started from its jars."""
    named = os.environ.get("SHUANGFU_KAFKA_BOOTSTRAP")
    if bus != "kafka":
        yield None
    elif named:
        yield named
    else:
        from shuangfu.embedded.kafka import LocalKafka
        from shuangfu.embedded.kafka_jars import availability

        missing = availability()
        if missing is not None:
            raise DemoFailed(f"Kafka cannot run here: {missing}")
        with LocalKafka.start(folder / "kafka") as broker:
            yield broker.bootstrap


def _await_ready(base: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    # One client: each loads all certificates that there are, which takes longer than the pause.
    with httpx.Client(timeout=2) as client:
        while time.monotonic() < deadline:
            if server.poll() is not None:
                break
            try:
                if client.get(f"{base}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.05)
    raise DemoFailed("the services did not start:\n" + log.read_text(errors="replace")[-2000:])
