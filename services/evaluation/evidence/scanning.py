"""The region's own scan of a file before it is kept: a command that reads it from its standard input."""

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence

import structlog

from services.evaluation.evidence.errors import EvidenceNotScanned, EvidenceRefused

log = structlog.get_logger(__name__)
_CLEAN, _FOUND = 0, 1


async def scan(command: Sequence[str], content: bytes, *, seconds: float) -> None:
    """Let the command see the content: 0 is clean, 1 is a finding, as `clamdscan -` exits. No command, no scan.

    Raises EvidenceRefused, and EvidenceNotScanned where it cannot be run, fails otherwise, or takes too long.
    """
    if not command:
        return
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    except OSError as error:
        log.warning("evidence_scan_not_started", error=type(error).__name__)
        raise EvidenceNotScanned from error
    try:
        # Who has seen enough closes its input; that is no failure.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await asyncio.wait_for(process.communicate(content), seconds)
        code = await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError as error:
        log.warning("evidence_scan_too_slow", seconds=seconds)
        raise EvidenceNotScanned from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code == _FOUND:
        raise EvidenceRefused
    if code != _CLEAN:
        log.warning("evidence_scan_failed", code=code)
        raise EvidenceNotScanned
