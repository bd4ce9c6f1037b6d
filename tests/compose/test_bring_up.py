"""`deploy/bring-up` and `deploy/build-image`, with a docker that only records its calls."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from shuangfu import __version__
from tests.conftest import REPOSITORY

DOCKER = f"""#!{sys.executable}
import os, sys
from pathlib import Path

arguments, parts = sys.argv[1:], Path(os.environ["PARTS"])
with open(os.environ["NOTES"], "a") as notes:
    print(*arguments, file=notes)

def ids(part):
    file = parts / part
    return file.read_text().split() if file.exists() else []

if "ps" in arguments:
    print(*(one for part in arguments for one in ids(part)), sep="\\n", end="\\n" if any(map(ids, arguments)) else "")
elif "run" in arguments:
    sys.exit(int(os.environ.get("MIGRATION_ENDS_WITH", "0")))
elif "--no-recreate" in arguments:
    for part, _, number in (one.partition("=") for one in arguments if "=" in one):
        have = ids(part)
        (parts / part).write_text("\\n".join([*have, *(f"new-{{part}}-{{n}}" for n in range(len(have), int(number)))]))
    sys.exit(int(os.environ.get("APIS_END_WITH", "0")))
elif arguments[-1] == os.environ.get("WORKER_THAT_FAILS"):
    sys.exit(1)
elif arguments[0] == "rm":
    for file in parts.iterdir():
        file.write_text("\\n".join(one for one in ids(file.name) if one not in arguments))
"""
APIS = ("registry-api", "incubation-api", "evaluation-api", "funding-api")
WORKERS = ("funding-worker", "evaluation-worker", "incubation-worker", "registry-worker")


@dataclass
class Trial:
    """A machine with containers that are running."""

    folder: Path

    @property
    def parts(self) -> Path:
        return self.folder / "parts"

    def __post_init__(self) -> None:
        self.parts.mkdir()
        docker = self.folder / "docker"
        docker.write_text(DOCKER)
        docker.chmod(0o755)

    def has(self, **numbers: int) -> "Trial":
        """How many of each part run; 1 by default."""
        for part in (*APIS, *WORKERS):
            number = numbers.get(part.replace("-", "_"), 1)
            (self.parts / part).write_text("\n".join(f"old-{part}-{n}" for n in range(number)))
        return self

    def running(self, part: str) -> list[str]:
        return (self.parts / part).read_text().split()

    def run(self, script: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        path = f"{self.folder}:{os.environ['PATH']}"
        places = {"PATH": path, "PARTS": str(self.parts), "NOTES": str(self.folder / "notes"), "COMPOSE": "docker c"}
        return subprocess.run(
            [REPOSITORY / "deploy" / script, *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, **places, **environment},
        )

    def calls(self) -> list[str]:
        """The calls that change something, without queries."""
        lines = (self.folder / "notes").read_text().splitlines()
        return [line for line in lines if " ps " not in line]


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def test_bring_up__where_nothing_runs_starts_everything_at_once(trial: Trial) -> None:
    assert trial.run("bring-up", "--scale", "incubation-worker=3").returncode == 0
    assert trial.calls() == ["c up -d --wait --remove-orphans --scale incubation-worker=3"]


def test_bring_up__migrates_then_exchanges_readers_before_writers_then_apis_then_the_rest(trial: Trial) -> None:
    done = trial.has(incubation_worker=3).run("bring-up", "--scale", "funding-worker=2")
    assert done.returncode == 0, done.stderr
    numbers = {"incubation-worker": 3}
    calls = trial.calls()
    assert calls[:2] == ["c up -d --wait --no-deps postgres kafka", "c run --rm -T migrate"]
    assert calls[2:6] == [f"c up -d --wait --no-deps --scale {w}={numbers.get(w, 1)} {w}" for w in WORKERS]
    doubled = " ".join(f"--scale {api}=2" for api in APIS)
    assert calls[6] == f"c up -d --wait --no-deps --no-recreate {doubled} {' '.join(APIS)}"
    old = " ".join(f"old-{api}-0" for api in APIS)
    assert calls[7:9] == [f"stop {old}", f"rm {old}"]
    assert [trial.running(api) for api in APIS] == [[f"new-{api}-1"] for api in APIS]
    kept = " ".join(f"--scale {part}={numbers.get(part, 1)}" for part in (*WORKERS, *APIS))
    assert calls[9] == f"c up -d --wait --remove-orphans {kept} --scale funding-worker=2", (
        "the last word is the caller's"
    )
    assert calls[10:] == ["c kill -s HUP gateway"]


def test_bring_up__where_the_migration_fails_nothing_is_exchanged(trial: Trial) -> None:
    done = trial.has().run("bring-up", MIGRATION_ENDS_WITH="1")
    assert done.returncode == 1
    assert "the version before goes on" in done.stderr
    assert trial.calls()[-1] == "c run --rm -T migrate"


def test_bring_up__a_worker_that_does_not_become_healthy_ends_it_and_says_what_to_do(trial: Trial) -> None:
    done = trial.has().run("bring-up", WORKER_THAT_FAILS="evaluation-worker")
    assert done.returncode == 1
    assert "the new evaluation-worker does not become healthy" in done.stderr
    assert "make compose-back" in done.stderr
    assert trial.calls()[-1].endswith(" evaluation-worker"), "nothing after it"


def test_bring_up__apis_that_do_not_become_healthy_go_and_those_of_before_stay(trial: Trial) -> None:
    done = trial.has(registry_api=2).run("bring-up", APIS_END_WITH="1")
    assert done.returncode == 1
    assert "those of before go on" in done.stderr
    assert trial.running("registry-api") == ["old-registry-api-0", "old-registry-api-1"]
    assert trial.running("funding-api") == ["old-funding-api-0"]
    assert "stop" not in {line.split()[0] for line in trial.calls()}


def test_bring_up__prometheus_reads_its_rules_again_where_it_runs(trial: Trial) -> None:
    trial.has()
    (trial.parts / "prometheus").write_text("one")
    assert trial.run("bring-up").returncode == 0
    assert trial.calls()[-1] == "c --profile observability kill -s HUP prometheus"


@pytest.mark.parametrize(
    ("tag", "repository"),
    [("shuangfu:local", "shuangfu"), ("registry.example:5000/shuangfu", "registry.example:5000/shuangfu")],
)
def test_build_image__the_revision_is_a_tag_too_so_that_it_can_be_gone_back_to(
    tag: str, repository: str, trial: Trial
) -> None:
    done = trial.run("build-image", tag)
    assert done.returncode == 0, done.stderr
    described = subprocess.run(
        ["git", "describe", "--tags", "--always", "--abbrev=12", "--dirty"],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    name = described.stdout.strip() or __version__
    assert trial.calls()[-1] == f"tag {tag} {repository}:{name}"
    assert done.stdout.splitlines()[-1] == f"{repository}:{name}"
