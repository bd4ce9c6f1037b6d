"""Taking the test's stack down, with a docker that only answers."""

import os
import sys
from pathlib import Path

import pytest

from tests.compose.stack import Stack, StackFailed

DOCKER = f"""#!{sys.executable}
import os, sys
from pathlib import Path

if "down" in sys.argv:
    answers = Path(os.environ["DOWNS"])
    said, *others = answers.read_text().split("\\n")
    answers.write_text("\\n".join(others))
    sys.exit(said or 0)  # a sentence: code 1
print(os.environ.get("LEFT_" + sys.argv[1].upper(), ""))
"""
STALE = "failed to remove network shuangfu_data: network shuangfu_data has active endpoints"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """One that is down already, but for what the test lets docker say."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=os.pathsep)
    monkeypatch.setenv("DOWNS", str(tmp_path / "downs"))
    monkeypatch.setenv("LEFT_NETWORK", "shuangfu_data")
    monkeypatch.setattr("tests.compose.stack.PAUSE_SECONDS", 0.0)
    folder = tmp_path / "stack"
    folder.mkdir()
    return Stack(folder, "shuangfu:none")


def answers(*downs: str) -> None:
    """What each `docker compose down` says."""
    Path(os.environ["DOWNS"]).write_text("\n".join(downs))


def unasked() -> list[str]:
    """What the downs that were not asked for would say."""
    return Path(os.environ["DOWNS"]).read_text().split("\n")


def test_down__once_where_everything_goes(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    answers("", "not asked again")
    stack.down()
    assert (unasked(), "left to the engine" in capsys.readouterr().out) == (["not asked again"], False)


def test_down__once_more_where_an_endpoint_goes_late(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    answers(STALE, "", "not asked again")
    stack.down()
    assert (unasked(), "left to the engine" in capsys.readouterr().out) == (["not asked again"], False)


def test_down__leaves_a_network_that_the_engine_does_not_let_go(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(STALE, STALE)
    stack.down()
    assert "left to the engine" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["container", "volume"])
def test_down__fails_where_containers_or_data_stay(stack: Stack, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    answers(STALE, STALE)
    monkeypatch.setitem(stack._environment, f"LEFT_{kind.upper()}", "postgres-1")
    with pytest.raises(StackFailed, match="postgres-1"):
        stack.down()


def test_down__fails_at_once_of_anything_else(stack: Stack) -> None:
    answers("no such service", "not asked again")
    with pytest.raises(StackFailed, match="no such service"):
        stack.down()
    assert unasked() == ["not asked again"]
