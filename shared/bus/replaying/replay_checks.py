"""Compares the inbox with the log, once a replay has read it: events skipped, events lost."""

from datetime import datetime

import asyncpg

from shared.bus.replaying.replay_events import ReplayRefused

# A consumer handles a partition in order: what it has not handled comes after all that it has.
_SKIPPED = """
SELECT count(*) AS events, min(e.event_id::text) AS one FROM replay_events e JOIN (
    SELECT topic, partition, max("offset") AS reached FROM replay_events WHERE place IS NOT NULL GROUP BY 1, 2
) r ON r.topic = e.topic AND r.partition = e.partition AND e."offset" < r.reached
WHERE e.place IS NULL AND e.projected
AND NOT EXISTS (SELECT FROM public.dead_letters d WHERE d.event_id = e.event_id AND d.consumer = $1)
"""
# An event is read before it is claimed: what was claimed before our first read must be in what we read.
_LOST = """
SELECT count(*) AS events, min(i.claimed_at) AS first FROM public.inbox i WHERE i.consumer = $1 AND i.claimed_at < $2
AND NOT EXISTS (SELECT FROM replay_events e WHERE e.event_id = i.event_id)
AND NOT EXISTS (SELECT FROM public.dead_letters d WHERE d.event_id = i.event_id AND d.consumer = $1)
"""


async def check_order(driver: asyncpg.Connection, consumer: str) -> None:
    """Check that the inbox has everything that comes before what it has. Raises ReplayRefused."""
    skipped = await driver.fetchrow(_SKIPPED, consumer)
    if skipped is not None and skipped["events"]:
        raise ReplayRefused(
            f"{skipped['events']} events lie before ones that took effect and are not in the inbox (one is "
            f"{skipped['one']}): the consumer passed them over, or its inbox was pruned: `shuangfu reconcile` "
            "names their source, whose events `shuangfu republish` publishes again"
        )


async def check_completeness(driver: asyncpg.Connection, consumer: str, began: datetime | None) -> None:
    """Check that the log still has everything that took effect before the first read began.

    The inbox does not say of which type an event was: every event of the consumer's topics must have been stored.
    Raises ReplayRefused.
    """
    lost = await driver.fetchrow(_LOST, consumer, began)
    if lost is not None and lost["events"]:
        raise ReplayRefused(
            f"{lost['events']} events that took effect (the first on {lost['first']:%Y-%m-%d %H:%M} UTC) "
            "are not in the log: a rebuilt projection would lack them"
        )
