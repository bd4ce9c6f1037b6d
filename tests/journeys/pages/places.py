"""A fresh home and a checkout in which pages are tried, and what stands for what a reader has."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shuangfu.embedded.connection import embedded_server_url
from tests.conftest import REPOSITORY
from tests.running.forked import ForkedProgram
from tests.running.serving import Server
from tests.running.shell import Shell, bare_environment

DOCKER = """#!/bin/bash
# The operator's container runs the program on its deployment's data; here it runs on this home's.
[[ "$1 $2" == "compose run" ]] || { echo "not here: docker $*" >&2; exit 1; }
shift 2
while [[ $1 != ops ]]; do shift; done
exec PROGRAM "${@:2}"
"""


class ServedHome(Server):
    """`make serve` as it is printed, on a port of its own, in a checkout beside an empty home."""

    def __init__(self, folder: Path) -> None:
        self.home, self.checkout = folder / "home", folder / "checkout"
        self.kept, self.backups = folder / "kept", folder / "backups"
        for made in (self.home, self.checkout, self.kept, self.backups, folder / "bin"):
            made.mkdir()
        super().__init__(self.home / ".local" / "share" / "shuangfu")
        self.log = folder / "serve.log"
        self.environment = bare_environment(self.home, folder / "bin")
        for path in REPOSITORY.iterdir():
            if path.name not in {".git", ".venv"}:
                (self.checkout / path.name).symlink_to(path)
        place = self.checkout / ".venv"
        place.mkdir()
        (place / "bin").mkdir()
        (place / "bin" / "python").symlink_to(sys.executable)
        self.program = ForkedProgram(place / "bin" / "shuangfu", folder / "asked")
        # The newest of all: nothing is installed again.
        (place / "ready").touch()
        (self.checkout / "var").symlink_to(self.data)
        # An answer of 4xx or 5xx is a failure to curl.
        (self.home / ".curlrc").write_text("fail-with-body\n")
        docker = folder / "bin" / "docker"
        docker.write_text(DOCKER.replace("PROGRAM", str(place / "bin" / "shuangfu")))
        docker.chmod(0o755)

    def launch(self) -> "subprocess.Popen[bytes]":
        """By make: the program takes its place."""
        command = ["make", "serve", f"ARGS=--port {self.port}"]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=self.checkout, env=self.environment, stdout=log, stderr=log)

    def administrator(self) -> str:
        """The URL of its PostgreSQL, as the administrator."""
        with embedded_server_url(self.data) as (url, _):
            return url

    @contextmanager
    def shell(self) -> Iterator[Shell]:
        """A new one in the checkout, while the server runs."""
        if self.has_ended():
            self.start()
        found = Shell(self.checkout, self.environment)
        try:
            yield found
        finally:
            found.close()

    def follow(self, page: str, section: str, text: str) -> bool:
        """Stop or start the services where the page does, by containers or by a sentence; whether they were started."""
        stops = page == "runbook" and text.startswith("docker compose stop gateway")
        if stops or (page, section) == ("backup-and-restore", "Restore"):
            self.end()
        elif self.has_ended() and (text == "docker compose up -d --wait" or section == "Drill"):
            self.start()
            return True
        return False

    def has_ended(self) -> bool:
        """Whether it does not run."""
        return self.process is None or self.process.poll() is not None
