"""A separate compose deployment, with its own project name, ports, and folder for settings and secrets."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import stamina

from shared.urls import with_database, with_login
from shuangfu.commands.deployment import prepare_deployment
from shuangfu.embedded.connection import database_name
from shuangfu.embedded.processes import free_port
from shuangfu.services import SERVICES
from tests.conftest import REPOSITORY
from tests.faults.checker.observed import Wire

DEPLOY = REPOSITORY / "deploy"
READ_ALL = """
import asyncio, json, os
from shared.bus.envelope import decode
from shared.bus.transports.history import KafkaHistory
from shared.contracts.catalog import SERVICES, topics_of

async def read():
    topics = [topic for service in SERVICES for topic in topics_of(service)]
    history = await KafkaHistory.open(os.environ["SHUANGFU_KAFKA_BOOTSTRAP"], "", topics, None)
    async for batch in history.batches(1000):
        for one in batch:
            found = decode(one.message)
            place = one.message.topic, one.partition, one.offset
            print(json.dumps([*place, str(found.id), found.subject, found.sequence]))
    await history.close()

asyncio.run(read())
"""
UP_SECONDS = 300
BACK_SECONDS = 180
PAUSE_SECONDS = 2.0
STALE_ENDPOINT = "has active endpoints"


class StackFailed(RuntimeError):  # noqa: N818
    """A Docker command failed."""


def _is_stale(failure: Exception) -> bool:
    return isinstance(failure, StackFailed) and STALE_ENDPOINT in str(failure)


@dataclass(frozen=True, slots=True)
class Container:
    """One of the project's containers."""

    id: str
    service: str
    number: int

    def __str__(self) -> str:
        """Its name in compose."""
        return f"{self.service}-{self.number}"


class Stack:
    """Brings the deployment up and down, kills its containers, queries its broker."""

    def __init__(self, folder: Path, image: str) -> None:
        self.folder = folder
        self.project = f"shuangfu-test-{os.getpid()}"
        self.port, self.postgres_port = free_port(), free_port()
        prepare_deployment(DEPLOY, into=folder)
        self._environment = {
            **os.environ,
            "IMAGE": image,
            "ENV_FILE": str(folder / ".env"),
            "SECRETS": str(folder / "secrets"),
            "BACKUPS": str(folder / "backups"),
            "GATEWAY_ADDRESS": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "POSTGRES_PORT": str(self.postgres_port),
        }
        self.url = f"http://127.0.0.1:{self.port}"
        self.trial = folder / "secrets" / "trial"

    def up(self, *options: str) -> float:
        """Start everything and wait until it is healthy; returns the seconds that took. Raises StackFailed."""
        started = time.monotonic()
        self.compose("up", "-d", "--wait", *options, seconds=UP_SECONDS)
        return time.monotonic() - started

    def down(self) -> None:
        """Remove containers, networks and data. Raises StackFailed where containers or data stay.

        After containers were killed the engine may count an endpoint of one that is gone and refuse to remove its
        network until it is restarted (moby/moby issue 43286): then the network's name is printed, and it stays.
        """
        remove = ("--profile", "tools", "down", "-v", "--remove-orphans", "-t", "5")
        try:
            for attempt in stamina.retry_context(on=_is_stale, attempts=2, timeout=None, wait_initial=PAUSE_SECONDS):
                with attempt:
                    self.compose(*remove, seconds=180)
        except StackFailed as failure:
            if not _is_stale(failure):
                raise
        else:
            return
        ours = f"label=com.docker.compose.project={self.project}"
        for kind in (("container", "ls", "-a"), ("volume", "ls")):
            if left := self._run(["docker", *kind, "-q", "--filter", ours]).split():
                raise StackFailed(f"{kind[0]}s that could not be removed: {', '.join(left)}")
        networks = self._run(["docker", "network", "ls", "--filter", ours, "--format", "{{.Name}}"]).split()
        if networks:
            sys.stdout.write(f"left to the engine, which counts endpoints of containers that are gone: {networks}\n")

    def compose(self, *arguments: str, seconds: float = 120) -> str:
        """Run `docker compose …` for this project. Raises StackFailed with its output."""
        files = ("-f", str(DEPLOY / "docker-compose.yml"), "-f", str(REPOSITORY / "tests" / "compose" / "override.yml"))
        return self._run(
            ["docker", "compose", "-p", self.project, "--project-directory", str(DEPLOY), *files, *arguments], seconds
        )

    def ops(self, *arguments: str) -> str:
        """Run a `shuangfu` command in the operator's container. Raises StackFailed where its exit code is not 0."""
        return self.compose("run", "--rm", "-T", "--no-deps", "ops", *arguments, seconds=180).strip()

    def _run(self, command: Sequence[str], seconds: float = 60) -> str:
        what = f"{' '.join(command[:2])} … {' '.join(command[-3:])}"
        try:
            done = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=seconds, env=self._environment
            )
        except subprocess.TimeoutExpired as error:
            raise StackFailed(f"{what}: not done in {seconds:.0f} s") from error
        if done.returncode != 0:
            raise StackFailed(f"{what}: {(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    def containers(self) -> list[Container]:
        """The containers that keep running: all but the one-shot job."""
        ids = self.compose("ps", "-q", "--status", "running").split()
        labels = [found["Config"]["Labels"] for found in json.loads(self._run(["docker", "inspect", *ids]))]
        made = [
            Container(id_, label["com.docker.compose.service"], int(label["com.docker.compose.container-number"]))
            for id_, label in zip(ids, labels, strict=True)
        ]
        return sorted(made, key=str)

    def kill(self, container: Container) -> tuple[float, str]:
        """SIGKILL its first process; returns (seconds until it is healthy again, who restarted it)."""
        before = self._state(container)
        started = time.monotonic()
        if os.geteuid() == 0 and Path(f"/proc/{before['Pid']}").exists():
            os.kill(before["Pid"], signal.SIGKILL)  # a crash: the restart policy acts
            who = "policy"
        else:
            self._run(["docker", "kill", "-s", "KILL", container.id])  # counts as stopped by hand
            self._run(["docker", "start", container.id])
            who = "start"
        while True:
            state = self._state(container)
            new = state["StartedAt"] != before["StartedAt"] and state["Running"]
            if new and state["Health"]["Status"] == "healthy":
                return time.monotonic() - started, who
            if time.monotonic() - started > BACK_SECONDS:
                raise StackFailed(f"{container} did not come back in {BACK_SECONDS} s: {state}")
            time.sleep(0.2)

    def _state(self, container: Container) -> dict[str, Any]:
        return json.loads(self._run(["docker", "inspect", "-f", "{{json .State}}", container.id]))

    def databases(self) -> dict[str, str]:
        """The administrator's URL of each service's database."""
        password = (self.folder / "secrets" / "admin-database-password").read_text()
        server = with_login(f"postgresql://127.0.0.1:{self.postgres_port}/postgres", "postgres", password)
        return {service: with_database(server, database_name(service)) for service in SERVICES}

    def groups(self) -> dict[str, tuple[int, int]]:
        """(members, lag) of each consumer group, from the broker."""
        tool = ("exec", "-T", "kafka", "/opt/kafka/bin/kafka-consumer-groups.sh", "--bootstrap-server", "kafka:9092")
        members: dict[str, set[str]] = {}
        lags: dict[str, int] = {}
        for line in self.compose(*tool, "--describe", "--all-groups").splitlines():
            cells = line.split()
            if len(cells) < 7 or cells[0] == "GROUP":
                continue
            members.setdefault(cells[0], set()).add(cells[6])
            lags[cells[0]] = lags.get(cells[0], 0) + (int(cells[5]) if cells[5].isdigit() else 0)
        return {group: (len(found - {"-"}), lags[group]) for group, found in members.items()}

    def wire(self) -> list[Wire]:
        """Every message on the broker, read inside the deployment: the broker is reachable only there."""
        output = self.compose("run", "--rm", "-T", "--no-deps", "--entrypoint", "python", "ops", "-c", READ_ALL)
        found = [json.loads(line) for line in output.splitlines() if line.startswith("[")]
        return [Wire(topic, partition, offset, UUID(event), *rest) for topic, partition, offset, event, *rest in found]

    def logs(self, lines: int = 60) -> str:
        """The end of each container's log."""
        return self.compose("logs", "--no-color", "--tail", str(lines))
