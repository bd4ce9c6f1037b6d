"""What every step of a selection begins with: the row is locked, and whoever takes it may."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.interests.queries import declared_interest
from services.evaluation.selections import queries, rules
from services.evaluation.selections.errors import NoSelectionPolicy
from services.evaluation.selections.policies import SelectionPolicy
from services.evaluation.selections.rules import TRANSITIONS, State, Step
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.evaluation import SelectionCommended
from shared.db.session import Record, Transaction
from shared.field.policies import Policy, PolicyBook
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

Book = PolicyBook[SelectionPolicy]
_RATING = ("visit", "assessment", "commendation")


async def take(
    tx: Transaction, selection_id: UUID, step: Step, book: Book, if_match: Preconditions | None
) -> tuple[Record, State, Policy[SelectionPolicy]]:
    """The selection, locked, its state after the step, and the policy of its recommendation.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, ConflictOfInterest, NoSelectionPolicy.
    """
    found = await queries.get(tx, selection_id, lock=True)
    if found is None:
        raise NotFound(what="selection")
    check_version(if_match, found["version"])
    state = move(TRANSITIONS, found["state"], step)
    policy = policy_of(book, found["division"], found["recommended_on"])
    actor = tx.access.actor
    earlier = rules.earlier_step(step, found["steps"], actor, policy.parameters.separate_steps)
    if earlier is not None:
        raise SameHand(what="selection", earlier=earlier, step=step)
    if step in _RATING and await declared_interest(tx, actor, found["party_organization_id"]):
        raise ConflictOfInterest
    return found, state, policy


def policy_of(book: Book, division: str, on: date) -> Policy[SelectionPolicy]:
    """The policy of a day. Raises NoSelectionPolicy."""
    policy = book.in_force(division, on)
    if policy is None:
        raise NoSelectionPolicy(division=division, on=on)
    return policy


def total_of(found: Record) -> Decimal:
    """The total of its assessment."""
    return Decimal(found["assessment"]["total"])


async def publish(tx: Transaction, found: Record, values: dict[str, Any], reasons: list[Reason], now: datetime) -> None:
    """State what a commendation means for management."""
    payload = SelectionCommended(
        id=found["id"],
        year=found["year"],
        party_organization_id=found["party_organization_id"],
        party_organization_name=found["party_organization_name"],
        division=found["division"],
        tier=found["tier"],
        **values["management"],
        reasons=reasons,
    )
    key = found["party_organization_id"]
    await emit(tx, [NewEvent(found["id"], values["sequence"], payload, found["division"], now, key=key)])
