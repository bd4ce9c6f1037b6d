"""Progress is watched: lag with an unchanged position fails liveness (design 4.7)."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY

from shared.bus.receiving import progress as progress_module
from shared.bus.receiving.progress import Progress, Stalled
from tests.clock import Clock

STALL_SECONDS = 0.2


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(progress_module, "time", found)
    return found


class _Positions:
    """A subscription that answers with given positions, the last for ever; each answer takes most of a stall."""

    def __init__(self, clock: Clock, *positions: tuple[int, int] | Exception) -> None:
        self._clock = clock
        self._positions = list(positions)
        self.asked = 0

    async def position(self) -> tuple[int, int]:
        self.asked += 1
        self._clock.move(0.8 * STALL_SECONDS)
        found = self._positions.pop(0) if len(self._positions) > 1 else self._positions[0]
        if isinstance(found, Exception):
            raise found
        return found


async def _watch(clock: Clock, *positions: Any, answers: int = 10) -> int:
    """After how many answers it stalled; `answers` without a stall are enough."""
    asked = _Positions(clock, *positions)
    watch = asyncio.create_task(Progress("toy", STALL_SECONDS).watch(asked))  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(30):
            while asked.asked < answers and not watch.done():  # noqa: ASYNC110 - the watch has its own time
                await asyncio.sleep(0.01)
        if watch.done():
            watch.result()
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    return asked.asked


async def test_watch__lag_that_does_not_move_is_a_stall(clock: Clock) -> None:
    with pytest.raises(Stalled):
        await _watch(clock, (5, 100))


async def test_watch__no_lag_is_no_stall(clock: Clock) -> None:
    assert await _watch(clock, (0, 100)) >= 10


async def test_watch__moving_with_lag_is_no_stall(clock: Clock) -> None:
    assert await _watch(clock, *((50, 100 + n) for n in range(1000))) >= 10


async def test_watch__position_that_cannot_be_asked_counts_as_standing(clock: Clock) -> None:
    with pytest.raises(Stalled):
        await _watch(clock, ConnectionError("away"))


async def test_healthy__part_of_a_batch_is_progress(clock: Clock) -> None:
    progress = Progress("toy", stall_seconds=STALL_SECONDS)
    clock.move(3 * STALL_SECONDS)
    assert not progress.healthy
    progress.advanced()
    assert progress.healthy


async def test_healthy__turns_red_after_twice_the_time_and_back(clock: Clock) -> None:
    progress = Progress("toy", stall_seconds=STALL_SECONDS)
    progress.note(5, 100)
    clock.move(1.9 * STALL_SECONDS)
    assert progress.healthy
    clock.move(0.2 * STALL_SECONDS)
    progress.note(5, 100)
    assert not progress.healthy
    progress.note(4, 101)
    assert progress.healthy


async def test_note__a_standby_member_waits_longer_than_a_batch_may_take(clock: Clock) -> None:
    """Another member has the partitions and may be working on a long batch; where no member has them it is a stall."""
    progress = Progress("toy", stall_seconds=STALL_SECONDS)
    progress.note(5, 100, standby=True)
    for _ in range(5):
        clock.move(STALL_SECONDS)
        progress.note(5, 100, standby=True)
    assert progress.standing_seconds == 0
    clock.move(1.1 * STALL_SECONDS)
    progress.note(5, 100, standby=True)
    clock.move(STALL_SECONDS)
    progress.note(5, 100, standby=True)
    assert progress.standing_seconds > STALL_SECONDS
    assert not progress.healthy
    progress.note(4, 101, standby=True)
    assert progress.healthy


async def test_note__lag_is_reported_by_the_members_that_have_partitions() -> None:
    Progress("standby", STALL_SECONDS).note(5, 100, standby=True)
    assert REGISTRY.get_sample_value("shuangfu_consumer_lag", {"consumer": "standby"}) == 0
    Progress("standby", STALL_SECONDS).note(5, 100)
    assert REGISTRY.get_sample_value("shuangfu_consumer_lag", {"consumer": "standby"}) == 5


async def test_standing__is_computed_when_it_is_scraped(clock: Clock) -> None:
    """A process that hangs sets nothing any more."""
    Progress("hanging", STALL_SECONDS).note(5, 100)
    clock.move(90)
    shown = REGISTRY.get_sample_value("shuangfu_consumer_standing_seconds", {"consumer": "hanging"})
    assert shown == pytest.approx(90)
