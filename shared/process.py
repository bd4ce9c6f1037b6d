"""Helpers of every long-running process."""

import asyncio
import gc
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


async def let_finish(work: Coroutine[Any, Any, T], seconds: float = 2.0) -> T:
    """Await short work that should not be interrupted: a cancellation waits for it, `seconds` at most.

    Nobody would close a connection whose creation is cancelled between two of its steps. Raises CancelledError after
    a cancellation, and whatever the work raises.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise


def state_of_file(path: str | Path) -> tuple[int, int, int] | None:
    """A value that differs once a file is changed or replaced; None if it cannot be read.

    Called at every request, with a string where possible: `Path.stat` takes twice as long.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def settle_garbage_collector() -> None:
    """Call once the process is set up: the objects that exist by then are not collected again.

    Requests and batches create many short-lived objects and hardly any cycles: with Python's defaults the collector
    took a quarter of a consumer's time (measured).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
