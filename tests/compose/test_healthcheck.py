"""The containers' health check, against a server whose answers the test sets."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

SCRIPT = REPOSITORY / "shuangfu" / "healthcheck.py"


class Server(ThreadingHTTPServer):
    """Answers each probe with the status set here."""

    statuses: dict[str, int]


class Probes(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.send_response(self.server.statuses[self.path])
        self.end_headers()
        self.wfile.write(f"{self.path} says so".encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Probes) as found:
        found.statuses = {"/healthz": 200, "/readyz": 200}
        thread = threading.Thread(target=found.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def victim() -> Iterator["subprocess.Popen[bytes]"]:
    """Stands for the server's process."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def check(port: int, counter: Path, victim: "subprocess.Popen[bytes] | None" = None) -> tuple[int, str]:
    """(exit code, what was printed) of the script as the image runs it; its victim is named by a test's own line."""
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    if victim is not None:
        program = (
            f"import runpy; found = runpy.run_path({str(SCRIPT)!r}); found['main'].__globals__['server_process'] = "
            f"lambda: {victim.pid}; raise SystemExit(found['main']({port}))"
        )
        command = [sys.executable, "-I", "-S", "-c", program]
    environment = {**os.environ, "SHUANGFU_HEALTH_PORT": str(port), "SHUANGFU_HEALTH_COUNTER": str(counter)}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20, env=environment)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_healthcheck__is_well_where_both_probes_are(server: Server, tmp_path: Path) -> None:
    assert check(server.server_port, tmp_path / "counter") == (0, "")


def test_healthcheck__not_ready_is_unhealthy_and_no_reason_to_end(
    server: Server, victim: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    check(server.server_port, tmp_path / "counter", victim)
    server.statuses["/readyz"] = 503
    for _ in range(5):
        assert check(server.server_port, tmp_path / "counter", victim) == (1, "/readyz says so\n")
    assert victim.poll() is None


def test_healthcheck__three_failures_of_liveness_in_a_row_end_the_server(
    server: Server, victim: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    check(server.server_port, tmp_path / "counter", victim)
    for statuses in ((503, 503, 200), (503, 503, 503)):
        for status in statuses:
            assert victim.poll() is None
            server.statuses["/healthz"] = status
            code, _ = check(server.server_port, tmp_path / "counter", victim)
            assert code == (0 if status == 200 else 1)
    assert victim.wait(5) == -9


def test_healthcheck__a_server_that_has_not_started_yet_is_left_alone(
    server: Server, victim: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    server.statuses["/healthz"] = 503
    for _ in range(4):
        assert check(server.server_port, tmp_path / "counter", victim)[0] == 1
    assert victim.poll() is None


def test_healthcheck__nobody_listens(tmp_path: Path, server: Server) -> None:
    port = server.server_port
    server.socket.close()
    code, printed = check(port, tmp_path / "counter")
    assert code == 1
    assert "ConnectionRefusedError" in printed
