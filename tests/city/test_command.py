"""A command whose servers do not start says so in a sentence, and ends with code 1."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from shuangfu.cli import app
from shuangfu.commands import city, demo
from shuangfu.embedded.processes import StartFailed


@contextmanager
def unable(*_: object) -> Iterator[None]:
    raise StartFailed("Kafka was not ready within 60 s")
    yield


@pytest.mark.parametrize("command", [["demo"], ["replay-city"]], ids=["demo", "replay-city"])
def test_command__of_servers_that_do_not_start_ends_with_a_sentence(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for module in (city, demo):
        monkeypatch.setattr(module, "embedded", unable)
    found = CliRunner().invoke(app, command)
    assert (found.exit_code, "Kafka was not ready" in found.stderr) == (1, True)
    assert not isinstance(found.exception, StartFailed)
