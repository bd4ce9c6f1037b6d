"""The reading process: what a file does to it ends it alone."""

import asyncio
import time

import pytest

from shared.field.files import process
from shared.field.files.process import read_file
from shared.field.files.tables import TableError
from tests.shared.field.files.helpers import xlsx


async def test_t23_process__gives_what_reading_here_gives() -> None:
    [sheet] = await read_file(xlsx([["a"], [1]]), "a.xlsx")
    assert (sheet.name, list(sheet.rows())) == ("shown", [(1, ["a"]), (2, [1])])
    with pytest.raises(TableError, match="file_unreadable"):
        await read_file(xlsx([["a"]])[:200], "a.xlsx")


async def test_t23_process__has_a_deadline_and_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_SECONDS", 0.05)
    begun = time.monotonic()
    with pytest.raises(TableError, match="file_too_slow"):
        await read_file(b"a\n" * 5_000_000, "a.csv")
    assert time.monotonic() - begun < 5


async def test_t23_process__has_a_memory_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_MEMORY_BYTES", 200 * 1024 * 1024)
    with pytest.raises(TableError, match="file_too_much_memory"):
        await read_file(b"a,b\n" + b"x" * 100_000 + b"\n" + b"\n" * (60 * 1024 * 1024), "a.csv")


async def test_t23_process__two_files_at_once_and_the_loop_goes_on() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    heart = asyncio.create_task(beat())
    data = b"a,b\n" + b"1,2\n" * 50_000
    found = await asyncio.gather(*(read_file(data, "a.csv") for _ in range(3)))
    heart.cancel()
    assert [len(sheets[0].lines) for sheets in found] == [50_001] * 3
    assert beats > 5
