"""What every long-running process of ours needs."""

import asyncio
import gc
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


async def let_finish(work: Coroutine[Any, Any, T], seconds: float = 2.0) -> T:
    """Await short work that should not be cancelled in its middle; a cancellation waits for it, but so long at most.

    A connection whose making is cancelled between two of its steps is closed by nobody.
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
    """What differs once a file is changed or exchanged; None where there is none.

    Asked at every request, so by a string where it can be: a Path's own `stat` takes twice as long.
    """
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def settle_garbage_collector() -> None:
    """Call once the process is set up: what was made so far stays, and is not looked at again.

    Requests and batches make many short-lived objects and hardly a cycle: with Python's defaults the collector
    took a quarter of a consumer's time, measured.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
