"""The outbox's daily partitions: created for days ahead, dropped whole once the replay window is over."""

from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from sqlalchemy import text

from shared.db.session import Transaction

log = structlog.get_logger(__name__)

DAYS_AHEAD = 3
_LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '200ms'")
_PREPARE = text("SELECT outbox_prepare(:today, :days)")
_DROP_BEFORE = text("SELECT outbox_drop_before(:limit_day)")


async def keep_outbox_days(tx: Transaction, *, service: str, replay_days: int) -> None:
    """Create the partitions of today and the days after, and drop those whose events are all published and too old."""
    today = datetime.now(UTC).date()
    try:
        async with tx.savepoint():
            # A backup reads the partitions for as long as it takes. Waiting for it, this would block every writer
            # behind it; partitions are created for days ahead, so there is time until the next run.
            await tx.execute(_LOCK_TIMEOUT)
            await tx.execute(_PREPARE, {"today": today, "days": DAYS_AHEAD})
            await tx.execute(_DROP_BEFORE, {"limit_day": today - timedelta(days=replay_days)})
    except asyncpg.LockNotAvailableError:
        log.info("outbox_housekeeping_postponed", service=service)
