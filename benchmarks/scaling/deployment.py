"""A deployment of containers, each with a share of a processor of its own, so that one machine plays several."""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.servers import ROOT
from shuangfu.commands.deployment import prepare_deployment
from shuangfu.embedded.processes import free_port

PARTITIONS = 24
UP_SECONDS = 400.0
DEPLOY = ROOT / "deploy"
FILES = ("docker-compose.yml", "servers-apart.yml")
SHARES = {"api": 0.10, "worker": 0.07, "postgres": 0.30, "kafka": 0.40, "gateway": 0.15}
"""Of a processor, by kind: small enough that two cores are more than all together use."""


class DockerFailed(RuntimeError):  # noqa: N818 - states what is the case
    """A Docker command failed; the message has the end of its output."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What a container has used by a moment: seconds of a processor; periods of its share, and the held back ones."""

    at: float
    seconds: float
    periods: int
    held_back: int


@dataclass(frozen=True, slots=True)
class Used:
    """What the containers of a service used of the processor in a while."""

    seconds: float
    share: float
    """Of what their shares allow (1: all of it)."""
    held_back: float
    """Part of the periods (of 100 ms) in which the share was used up before their end (1: all of them)."""


def kind_of(service: str) -> str:
    """Of which kind a service's containers are: a key of `SHARES`, or "" for what takes no part."""
    kind = service.rpartition("-")[2] if service.endswith(("-api", "-worker")) else service.partition("-")[0]
    return kind if kind in SHARES else ""


class Deployment:
    """Brings containers up in numbers, gives each its share, and says what they used."""

    def __init__(self, folder: Path, image: str) -> None:
        self.folder = folder
        self.port = free_port()
        self._numbered: dict[str, str] = {}
        self.project = f"shuangfu-scaling-{os.getpid()}"
        with redirect_stdout(sys.stderr):
            prepare_deployment(DEPLOY, into=folder)
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write(f"SHUANGFU_KAFKA_PARTITIONS={PARTITIONS}\n")
        self._environment = {
            **os.environ,
            "IMAGE": image,
            "ENV_FILE": str(folder / ".env"),
            "SECRETS": str(folder / "secrets"),
            "BACKUPS": str(folder / "backups"),
            "GATEWAY_ADDRESS": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
        }

    def compose(self, *arguments: str, seconds: float = 120.0) -> str:
        """Run `docker compose …` for this project. Raises DockerFailed."""
        files = [part for name in FILES for part in ("-f", str(DEPLOY / name))]
        return self._run(
            "compose", "-p", self.project, "--project-directory", str(DEPLOY), *files, *arguments, seconds=seconds
        )

    def up(self, numbers: Mapping[str, int]) -> None:
        """Have that many containers of each of these services, healthy, each with its share. Raises DockerFailed."""
        # At the start there is more to do than later: it is not held back.
        scales = [part for service, number in numbers.items() for part in ("--scale", f"{service}={number}")]
        self.compose("up", "-d", "--wait", *scales, seconds=UP_SECONDS)
        by_kind: dict[str, list[str]] = defaultdict(list)
        self._numbered = self.containers()
        for container, service in self._numbered.items():
            by_kind[kind_of(service)].append(container)
        for kind, containers in by_kind.items():
            if kind:
                self._run("update", "--cpus", str(SHARES[kind]), *containers)

    def down(self) -> None:
        """Remove containers and data. Raises DockerFailed."""
        self.compose("--profile", "tools", "down", "-v", "--remove-orphans", "-t", "5", seconds=180)

    def containers(self) -> dict[str, str]:
        """The service of each running container, by id."""
        ids = self.compose("ps", "-q", "--status", "running").split()
        label = '{{.Id}} {{index .Config.Labels "com.docker.compose.service"}}'
        return dict(line.split() for line in self._run("inspect", "-f", label, *ids).splitlines())

    def count(self, server: str, database: str, table: str) -> int:
        """How many rows a table has."""
        query = f"SELECT count(*) FROM {table}"
        return int(self.compose("exec", "-T", server, "psql", "-U", "postgres", "-tAc", query, f"shuangfu_{database}"))

    def clocks(self) -> dict[str, list[Clock]]:
        """What each service's containers have used so far, as the engine counts it. Raises httpx.HTTPError."""
        found: dict[str, list[Clock]] = defaultdict(list)
        counted = sorted((id_, service) for id_, service in self._numbered.items() if kind_of(service))
        transport = httpx.HTTPTransport(uds=_socket())
        with (
            httpx.Client(transport=transport, base_url="http://docker", timeout=30) as engine,
            ThreadPoolExecutor() as at_once,
        ):

            def read(container: str) -> Clock:
                query = {"stream": "false", "one-shot": "true"}
                stats = engine.get(f"/containers/{container}/stats", params=query).raise_for_status().json()
                cpu, held = stats["cpu_stats"]["cpu_usage"], stats["cpu_stats"]["throttling_data"]
                return Clock(time.monotonic(), cpu["total_usage"] / 1e9, held["periods"], held["throttled_periods"])

            for (_, service), clock in zip(counted, at_once.map(read, [id_ for id_, _ in counted]), strict=True):
                found[service].append(clock)
        return dict(found)

    def _run(self, *arguments: str, seconds: float = 60.0) -> str:
        what = " ".join(("docker", *arguments[-4:]))
        try:
            done = subprocess.run(
                ["docker", *arguments],
                check=False,
                capture_output=True,
                text=True,
                timeout=seconds,
                env=self._environment,
            )
        except subprocess.TimeoutExpired as error:
            raise DockerFailed(f"{what}: not done in {seconds:.0f} s") from error
        if done.returncode:
            raise DockerFailed(f"{what}: {(done.stdout + done.stderr)[-2000:]}")
        return done.stdout


def used_between(before: Mapping[str, Sequence[Clock]], after: Mapping[str, Sequence[Clock]]) -> dict[str, Used]:
    """What each service used from one reading of the clocks to the next."""
    found = {}
    for service, clocks in after.items():
        pairs = list(zip(before[service], clocks, strict=True))
        used = sum(then.seconds - first.seconds for first, then in pairs)
        periods = sum(then.periods - first.periods for first, then in pairs)
        held = sum(then.held_back - first.held_back for first, then in pairs)
        allowed = SHARES[kind_of(service)] * sum(then.at - first.at for first, then in pairs)
        found[service] = Used(used, used / allowed, held / max(periods, 1))
    return found


def _socket() -> str:
    return os.environ.get("DOCKER_HOST", "").removeprefix("unix://") or "/var/run/docker.sock"


def docker_is_here() -> bool:
    """Whether an engine runs."""
    try:
        done = subprocess.run(["docker", "info", "-f", "json"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(json.loads(done.stdout or "{}").get("ServerVersion"))
