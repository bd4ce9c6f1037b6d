"""Progress is watched: lag with an unmoved position turns liveness red (design 4.7)."""

import asyncio
from typing import Any

import pytest

from shared.bus.progress import Progress, Stalled


class _Positions:
    """A subscription that answers with given positions, the last for ever."""

    def __init__(self, *positions: tuple[int, int] | Exception) -> None:
        self._positions = list(positions)

    async def position(self) -> tuple[int, int]:
        found = self._positions.pop(0) if len(self._positions) > 1 else self._positions[0]
        if isinstance(found, Exception):
            raise found
        return found


async def _watch(*positions: Any, seconds: float, stall_seconds: float = 0.2) -> Progress:
    progress = Progress("toy", stall_seconds=stall_seconds)
    async with asyncio.timeout(seconds):
        await progress.watch(_Positions(*positions))  # type: ignore[arg-type]
    return progress


async def test_watch__lag_that_does_not_move_is_a_stall() -> None:
    with pytest.raises(Stalled):
        await _watch((5, 100), seconds=3)


async def test_watch__no_lag_is_no_stall() -> None:
    with pytest.raises(TimeoutError):
        await _watch((0, 100), seconds=2.5, stall_seconds=1.0)


async def test_watch__moving_with_lag_is_no_stall() -> None:
    with pytest.raises(TimeoutError):
        await _watch(*((50, 100 + n) for n in range(1000)), seconds=2.5, stall_seconds=1.0)


async def test_watch__position_that_cannot_be_asked_counts_as_standing() -> None:
    with pytest.raises(Stalled):
        await _watch(ConnectionError("away"), seconds=3)


async def test_healthy__part_of_a_batch_is_progress() -> None:
    progress = Progress("toy", stall_seconds=0.0)
    assert not progress.healthy
    progress._stall_seconds = 60.0
    progress._moved_at -= 200.0
    assert not progress.healthy
    progress.advanced()
    assert progress.healthy


async def test_healthy__turns_red_after_twice_the_time_and_back() -> None:
    progress = Progress("toy", stall_seconds=0.1)
    progress.note(5, 100)
    assert progress.healthy
    await asyncio.sleep(0.25)
    progress.note(5, 100)
    assert not progress.healthy
    progress.note(4, 101)
    assert progress.healthy
