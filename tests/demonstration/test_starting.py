"""What the demonstration starts ends with it."""

import subprocess
import sys
import time
from pathlib import Path

STARTED = """
import sys, time
from rich.console import Console
from shuangfu.demonstration import starting
starting.sys.executable, starting._await_ready = sys.argv[1], lambda *_: None
with starting.embedded("log", None, Console(stderr=True), "hangzhou"):
    time.sleep(60)
"""


def test_sigterm__ends_the_services_too(tmp_path: Path) -> None:
    serves, pid = tmp_path / "serves", tmp_path / "pid"
    serves.write_text(f"#!/bin/sh\necho $$ >{pid}.new\nmv {pid}.new {pid}\nexec sleep 60\n")
    serves.chmod(0o755)
    with subprocess.Popen([sys.executable, "-c", STARTED, str(serves)]) as started:
        while not pid.exists():
            assert started.poll() is None
            time.sleep(0.02)
        started.terminate()
        assert started.wait(30) == 143
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()
