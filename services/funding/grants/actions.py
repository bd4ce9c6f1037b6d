"""Takes grants along their chain of steps, a list at a time: review, approval, payment; release of what is held."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.funding.grants import queries
from services.funding.grants.events import grant_event
from services.funding.grants.rules import Grant, Step, advance, posting_of, reasons_of
from services.funding.ledger import actions as ledger
from shared.bus.sending.outbox import emit
from shared.db.session import Transaction
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version


async def take_step(
    tx: Transaction,
    step: Step,
    ids: Sequence[UUID],
    now: datetime,
    *,
    note: str | None = None,
    if_match: Preconditions | None = None,
) -> list[Grant]:
    """All of the grants take the step, or none does; returns them as they then are, by id.

    A step that moves money is posted to the ledger. Raises NotFound, PreconditionFailed, IllegalTransition, SameHand.
    """
    before = await queries.lock_many(tx, ids)
    if len(before) < len(set(ids)):
        raise NotFound(what="grant")
    for grant in before:
        check_version(if_match, grant.version)
    after = [advance(grant, step, tx.access.actor, now) for grant in before]
    await queries.save_step(tx, after, reasons_of(step, now))
    await queries.insert_steps(tx, [(grant, step) for grant in after], now, note)
    postings = [posting for grant in after if (posting := posting_of(grant, step, note)) is not None]
    if postings:
        await ledger.post(tx, postings, now)
    await emit(tx, [grant_event(grant, now) for grant in after])
    return after
