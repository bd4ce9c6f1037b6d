"""The embedded transport's lock of a group: a member that is cancelled while taking it leaves it free for the next."""

import asyncio
from collections.abc import Awaitable, Callable

from shared.bus.transports.log_subscription import LogSubscription
from shared.bus.transports.postgres_log import PostgresLog
from tests.shared.db.test_row_level_security import CancelledAt

AWAITS = 30


async def test_group_lock__cancelled_at_any_await_it_is_free_for_the_next(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("bus")
    transport = PostgresLog(url)
    await transport.start()
    await transport.ensure_topics(["t"])
    kept: list[BaseException | None] = []
    """What is kept of a failure keeps its connection from the garbage collector, as a log or a test may."""
    for place in range(AWAITS):
        doomed = await transport.subscribe("g", ["t"])
        step = CancelledAt(doomed._lead(), {place})

        async def run(step: CancelledAt = step) -> None:
            await step

        [outcome] = await asyncio.gather(asyncio.create_task(run()), return_exceptions=True)
        kept.append(outcome)
        await doomed.close()
        following = LogSubscription(url, "g", ("t",))
        async with asyncio.timeout(30):
            while not await following._lead():  # noqa: ASYNC110 - the server notices a lost connection by itself
                await asyncio.sleep(0.01)
        await following.close()
        if step.awaits <= place:
            break
    assert place > 3, "it was hardly cancelled anywhere"
    assert place < AWAITS - 1, "not every await was met"
    await transport.close()
