"""A search in a process of its own: the event loop stays free, and what ends the search ends that alone."""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

Report = Callable[[int], None]

_PATH = Path(__file__).resolve().parents[2]
_LINE_BYTES = 2**28


class ComputingFailed(Exception):  # noqa: N818
    """The process ended without an answer, or took too long (`slow`)."""

    def __init__(self, *, slow: bool = False) -> None:
        super().__init__("too slow" if slow else "ended without an answer")
        self.slow = slow


async def ask(module: str, task: bytes, report: Report, *, seconds: float | None) -> dict[str, Any]:
    """What a module's `main` answers to a task (see `answer`). Raises ComputingFailed."""
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            cwd=_PATH,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LINE_BYTES,
        )
    except OSError as error:  # no memory, no more processes: it is not the database that failed
        raise ComputingFailed from error
    try:
        async with asyncio.timeout(seconds):
            return await _converse(process, task, report)
    except TimeoutError as error:
        raise ComputingFailed(slow=True) from error
    except (ConnectionError, orjson.JSONDecodeError) as error:
        raise ComputingFailed from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def answer(search: Callable[[bytes, Report], bytes], *, every: int) -> None:
    """The computing process: the task from stdin; on stdout, a line each, what is settled, then the answer.

    What is settled is reported again once it grew by `every`.
    """
    task = sys.stdin.buffer.read()
    # HiGHS greets on standard output: only the answer may go there.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    written = 0

    def report(settled: int) -> None:
        nonlocal written
        if settled >= written + every:
            written = settled
            out.write(b"%d\n" % settled)
            out.flush()

    out.write(search(task, report) + b"\n")
    out.flush()


async def _converse(process: asyncio.subprocess.Process, task: bytes, report: Report) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(task)
    await process.stdin.drain()
    process.stdin.close()
    while line := await process.stdout.readline():
        found = orjson.loads(line)
        if not isinstance(found, int):
            answered: dict[str, Any] = found
            return answered
        report(found)
    raise ComputingFailed
