"""What the actions on reviews share: the policy, the lock, the history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.policies import RegistrationPolicies
from services.registry.registration_reviews import queries
from services.registry.registration_reviews.review import ReviewStep
from services.registry.registration_reviews.rules import (
    TRANSITIONS,
)
from services.registry.uncoded.policies import ReviewPolicy
from shared.contracts.base import Reason
from shared.db.session import Record, Transaction
from shared.field.policies import Policy
from shared.problems.access import check_reach
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


def policy_of(policies: RegistrationPolicies, division: str, day: date, today: date) -> Policy[ReviewPolicy]:
    """The policy of the day of application; for one before there was any, that of today. Raises NoPolicy."""
    return policies.reviews.of_day(division, day, today)


async def take(tx: Transaction, review_id: UUID, step: ReviewStep, if_match: Preconditions | None) -> Record:
    """The review, locked, in the state after a step.

    Raises NotFound, PreconditionFailed, OutsideScope, IllegalTransition.
    """
    row = await queries.lock(tx, review_id)
    if row is None:
        raise NotFound(what="registration review")
    check_version(if_match, row["version"])
    check_reach(tx.access, row["division"])
    return {**row, "state": move(TRANSITIONS, row["state"], step)}


async def save(tx: Transaction, row: Record, step: ReviewStep, now: datetime, note: str | None) -> Record:
    """Write the review with the step in its history; the review after it."""
    row["steps"] = [*row["steps"], step_of(tx, step, now, note)]
    await queries.write(tx, row)
    return await shown(tx, row["id"])


async def shown(tx: Transaction, review_id: UUID) -> Record:
    """The review with its organization."""
    found = await queries.get(tx, review_id)
    assert found is not None
    return found


def step_of(tx: Transaction, step: str, now: datetime, note: str | None) -> dict[str, Any]:
    """A step of the history."""
    return {"step": step, "at": now.isoformat(), "by": tx.access.actor, "note": note}


def plain(reasons: Sequence[Reason]) -> list[Any]:
    """Reasons as they are stored."""
    return [reason.model_dump(mode="json") for reason in reasons]
