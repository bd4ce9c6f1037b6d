"""Takes grants along the chain of hands, a list at a time: review, approval, payment; release of what is held."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.grants import queries
from services.funding.grants.events import grant_event
from services.funding.grants.rules import HAND_OF_STEP, Step, check_hands, move_grant, released
from services.funding.ledger import actions as ledger
from services.funding.ledger.rules import KIND_OF_STEP, Posting
from shared.bus.sending.outbox import emit
from shared.db.base import to_json
from shared.db.session import Transaction
from shared.problems.problems import NotFound
from shared.problems.versions import check_version


async def take_step(
    tx: Transaction,
    step: Step,
    ids: Sequence[UUID],
    now: datetime,
    *,
    note: str | None = None,
    if_match: str | None = None,
) -> list[dict[str, Any]]:
    """All of the grants take the step, or none does; returns them as they then are, by id.

    What moves money is posted to the ledger with it. Raises NotFound, PreconditionFailed, IllegalTransition, SameHand.
    """
    before = await queries.lock_many(tx, ids)
    if len(before) < len(set(ids)):
        raise NotFound(what="grant")
    for grant in before:
        check_version(if_match, grant["version"])
    after = [_moved(grant, step, tx.access.actor, now) for grant in before]
    await queries.save_states(tx, after, [to_json(grant["reasons"]) for grant in after])
    await queries.insert_steps(
        tx,
        [
            {
                "grant_id": grant["id"],
                "version": grant["version"],
                "division": grant["division"],
                "step": step,
                "at": now,
                "note": note,
            }
            for grant in after
        ],
    )
    kind = KIND_OF_STEP.get(step)
    if kind is not None:
        await ledger.post(tx, [Posting.of_grant(kind, grant, note) for grant in after], now)
    await emit(tx, [grant_event(grant, now) for grant in after])
    return after


def _moved(grant: Mapping[str, Any], step: Step, actor: str, now: datetime) -> dict[str, Any]:
    state = move_grant(grant["state"], step)
    check_hands(grant, step, actor)
    reasons = list(grant["reasons"])
    if step == "release":
        reasons.append(released(now).model_dump(mode="json"))
    hand = {HAND_OF_STEP[step]: actor}
    return {**grant, **hand, "state": state, "version": grant["version"] + 1, "reasons": reasons}
