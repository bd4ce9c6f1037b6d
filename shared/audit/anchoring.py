"""Anchoring the heads: once, or again and again beside a worker."""

import asyncio
from pathlib import Path

import structlog

from shared.audit.anchor_lines import UntrustedAnchor
from shared.audit.anchors import Anchors
from shared.audit.trail import read_heads
from shared.db.session import Database
from shared.telemetry.metrics import AUDIT_ANCHORED

log = structlog.get_logger(__name__)


async def anchor_heads(database: Database, folder: Path, service: str) -> bool:
    """Anchor the heads as they are now; True where they had moved."""
    async with database.transaction() as tx:
        heads = await read_heads(tx)
    return await asyncio.to_thread(Anchors(folder, service).append, heads)


async def heads_moved(database: Database, folder: Path, service: str) -> bool:
    """Whether there is something to anchor; nothing is written."""
    async with database.transaction() as tx:
        heads = await read_heads(tx)
    last = await asyncio.to_thread(Anchors(folder, service).last)
    return last is None or last.heads != heads


async def keep_anchoring(database: Database, folder: Path, service: str, seconds: float) -> None:
    """The schedule: anchor again and again, until cancelled."""
    await _show_last(folder, service)
    while True:
        try:
            await anchor_heads(database, folder, service)
            AUDIT_ANCHORED.labels(service).set_to_current_time()
        except Exception as error:
            # The trail itself goes on; a missing anchor only widens the gap until the next one.
            log.error("audit_not_anchored", service=service, error=repr(error)[:200])
        await asyncio.sleep(seconds)


async def _show_last(folder: Path, service: str) -> None:
    """The gauge's first value, before any success: an alert is silent about a series that is not there.

    The last anchor's time, or now: a folder that cannot be written since the start is late from the start on.
    """
    shown = AUDIT_ANCHORED.labels(service)
    shown.set_to_current_time()
    try:
        last = await asyncio.to_thread(Anchors(folder, service).last)
    except (OSError, ValueError, UntrustedAnchor) as error:
        log.warning("last_anchor_not_read", service=service, error=repr(error)[:200])
        return
    if last is not None:
        shown.set(last.at)
