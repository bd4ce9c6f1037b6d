"""Anchors the heads of the audit: once, or periodically in a worker."""

import asyncio
from pathlib import Path

import structlog

from shared.audit.anchor_lines import UntrustedAnchor
from shared.audit.anchors import Anchors
from shared.audit.trail import read_heads
from shared.db.session import Database
from shared.telemetry.error_text import describe_error
from shared.telemetry.metrics import AUDIT_ANCHORED

log = structlog.get_logger(__name__)


async def anchor_heads(database: Database, folder: Path, service: str) -> bool:
    """Anchor the heads as they are now; True where they had changed. Raises UntrustedAnchor, OSError."""
    async with database.transaction() as tx:
        heads = await read_heads(tx)
    return await asyncio.to_thread(Anchors(folder, service).append, heads)


async def heads_moved(database: Database, folder: Path, service: str) -> bool:
    """Whether there is something to anchor; nothing is written. Raises UntrustedAnchor."""
    async with database.transaction() as tx:
        heads = await read_heads(tx)
    last = await asyncio.to_thread(Anchors(folder, service).last)
    return last is None or last.heads != heads


async def keep_anchoring(database: Database, folder: Path, service: str, seconds: float) -> None:
    """Anchor every `seconds`, until cancelled."""
    await _show_last(folder, service)
    while True:
        try:
            await anchor_heads(database, folder, service)
            AUDIT_ANCHORED.labels(service).set_to_current_time()
        except Exception as error:
            # The trail itself goes on; a missing anchor only lengthens the interval until the next one.
            log.error("audit_not_anchored", service=service, error=describe_error(error))
        await asyncio.sleep(seconds)


async def _show_last(folder: Path, service: str) -> None:
    """Set the gauge before the first success: an alert does not fire for a series that does not exist.

    The last anchor's time, or now: a folder that cannot be written counts as late from the start on.
    """
    shown = AUDIT_ANCHORED.labels(service)
    shown.set_to_current_time()
    try:
        last = await asyncio.to_thread(Anchors(folder, service).last)
    except (OSError, ValueError, UntrustedAnchor) as error:
        log.warning("last_anchor_not_read", service=service, error=describe_error(error))
        return
    if last is not None:
        shown.set(last.at)
