"""The listener: woken, or tired of waiting, and never deaf to its own end."""

import asyncio

import pytest

from shared.db.wake import Listener


@pytest.mark.parametrize("ticks", range(6))
async def test_wait__a_wake_up_at_the_same_moment_does_not_swallow_a_cancellation(
    monkeypatch: pytest.MonkeyPatch, ticks: int
) -> None:
    listener = Listener("postgresql://nobody@127.0.0.1:1/none", "outbox")

    async def connected() -> None:
        """It is."""

    monkeypatch.setattr(listener, "_connect", connected)

    async def wait_for_ever() -> None:
        while True:
            await listener.wait(60)

    waiting = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0.01)
    listener.wake()
    for _ in range(ticks):
        await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=1)
    waiting.cancel()
    assert done == {waiting}
    assert waiting.cancelled()


async def test_wait__ends_when_nobody_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = Listener("postgresql://nobody@127.0.0.1:1/none", "outbox")
    async with asyncio.timeout(2):
        await listener.wait(0.05)
