"""A process that completes an evaluation and is killed at a step of it, as the kernel does: no handler runs."""

import asyncio
import os
import signal
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from services.evaluation.consequences.deriving.following import Consequences
from services.evaluation.consequences.deriving.policies import read_consequence_policies
from services.evaluation.evaluations.completing import actions as completing
from shared.db.access import system_access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.working_days import read_working_days
from shared.settings import REPOSITORY_POLICIES

WRITES = ("save", "emit", "publish_final", "follow_ratings", "lapse")
"""What a completion writes, in its order: the process is killed once it is written."""
STEPS = ("lock_for", *WRITES, "commit", "answer")
"""Killed with the row locked, after each write, before the commit, and after it before anybody hears of it."""


def run(url: str, evaluation_id: str, step: str) -> None:
    """Complete, and be killed."""
    if hasattr(completing, step):
        setattr(completing, step, _then_die(getattr(completing, step)))
    asyncio.run(_complete(url, UUID(evaluation_id), step))


async def _complete(url: str, evaluation_id: UUID, step: str) -> None:
    consequences = Consequences(
        read_consequence_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES),
        read_working_days(REPOSITORY_POLICIES, REPOSITORY_POLICIES),
    )
    database = Database(url, access=system_access("evaluation", "killed"))
    async with database.transaction() as tx:
        await completing.complete(tx, evaluation_id, consequences, note=None, if_match=None, now=utc_now())
        if step == "commit":
            _die()
    _die()


def _then_die(step: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(step)
    async def taken(*given: Any, **named: Any) -> None:
        await step(*given, **named)
        _die()

    return taken


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
