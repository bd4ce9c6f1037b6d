"""What a run has once."""

import time
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from tests.running.servers import once


def test_once__who_waited_finds_it_done(tmp_path: Path) -> None:
    servers: Any = SimpleNamespace(folder=tmp_path)
    found: list[bool] = []

    def other() -> None:
        with once(servers, "thing") as to_do:
            found.append(to_do)

    waiting = Thread(target=other)
    with once(servers, "thing") as to_do:
        waiting.start()
        deadline = time.monotonic() + 30
        while not _waits_for(tmp_path / "thing.once") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert to_do
    waiting.join(30)
    assert found == [False]


def test_once__that_failed_is_to_be_done_again(tmp_path: Path) -> None:
    servers: Any = SimpleNamespace(folder=tmp_path)
    with pytest.raises(ValueError, match="not now"), once(servers, "thing"):
        raise ValueError("not now")
    with once(servers, "thing") as to_do:
        assert to_do


def _waits_for(path: Path) -> bool:
    """A waiting lock is marked by an arrow in the kernel's table."""
    inode = f":{path.stat().st_ino} "
    return any("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())
