"""Takes grants along their chain of steps, a list at a time: review, approval, payment; release of what is held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.funding.appropriations.policies import BudgetPolicies
from services.funding.coverage import queries as coverage
from services.funding.grants import queries
from services.funding.grants.errors import OrganizationsCounted, RecipientDissolved, SummaryDiffers
from services.funding.grants.events import grant_event
from services.funding.grants.noticing.actions import check_all
from services.funding.grants.paying import charges
from services.funding.grants.paying.charges import Weighed
from services.funding.grants.paying.rules import pay_by
from services.funding.grants.posting.rules import posting_of
from services.funding.grants.recipients import claims
from services.funding.grants.recipients.dissolved import explain_all_dissolved
from services.funding.grants.recipients.holding import counted_in
from services.funding.grants.rules import ALL_DUTIES, Grant, Step, advance, reasons_of
from services.funding.grants.settling.rules import require
from services.funding.ledger import actions as ledger
from services.funding.ledger.charts import Charts
from services.funding.ledger.posted_queries import sources_of
from services.funding.policies import Duty, Schemes
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
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
    reason: str | None = None,
    if_match: Preconditions | None = None,
    schemes: Schemes | None = None,
    charts: Charts | None = None,
    budgets: BudgetPolicies | None = None,
) -> list[Grant]:
    """All of the grants take the step, or none does; returns them as they then are, by id. See `take_and_charge`."""
    taken, _ = await take_and_charge(
        tx,
        step,
        ids,
        now,
        note=note,
        reason=reason,
        if_match=if_match,
        schemes=schemes,
        charts=charts,
        budgets=budgets,
    )
    return taken


async def take_and_charge(
    tx: Transaction,
    step: Step,
    ids: Sequence[UUID],
    now: datetime,
    *,
    note: str | None = None,
    reason: str | None = None,
    if_match: Preconditions | None = None,
    schemes: Schemes | None = None,
    charts: Charts | None = None,
    budgets: BudgetPolicies | None = None,
    order_id: UUID | None = None,
) -> tuple[list[Grant], Weighed]:
    """All of the grants take the step, or none does; returns them as they then are, by id, and what it charged.

    A grant that is in a payment order is paid through that alone (`order_id`).

    The scheme that a grant was raised by separates its duties; one that is not known any more separates all.

    A step that moves money is posted to the ledger. To pay a grant of a Party organization that was dissolved, the
    note or the `reason` says why; it stands in the history. Raises NotFound, PreconditionFailed, IllegalTransition,
    SameHand, RecipientDissolved, GrantOrdered, OrganizationsCounted, NoAppropriation, BudgetExceeded, what
    `check_published` does, and NotInChart
    where `charts` are given.
    """
    before = await _lock_all(tx, ids)
    for grant in before:
        check_version(if_match, grant.version)
    duties = separate_duties(schemes)
    after = [advance(grant, step, tx.access.actor, now, duties.get(grant.policy, ALL_DUTIES)) for grant in before]
    noticed = await check_all(tx, before, schemes, now) if step == "approval" else {}
    after = [replace(grant, reasons=[*grant.reasons, *noticed.get(grant.id, [])]) for grant in after]
    required: dict[UUID, list[Reason]] = {}
    if step == "payment":
        after, required = _require([pay_by(grant, order_id) for grant in after], schemes, now)
    weighed = await charges.weigh(tx, step, after, now, schemes=schemes, budgets=budgets)
    after = [weighed.explain(grant) for grant in after]
    if step in ("release", "approval"):
        await _ask_recipients(tx, after, now)
    dissolved = await _weigh_dissolved(tx, after, reason or note, now) if step == "payment" else {}
    note = "；".join(text for text in (note, reason) if text) or None
    added = {
        one.id: [
            *reasons_of(step, now),
            *noticed.get(one.id, []),
            *([weighed.reasons[one.id]] if one.id in weighed.reasons else []),
            *dissolved.get(one.recipient_id, []),
            *required.get(one.id, []),
        ]
        for one in after
    }
    await queries.save_step(tx, after, added)
    await queries.insert_steps(tx, [(grant, step) for grant in after], now, note)
    await charges.write(tx, weighed, now)
    sources = weighed.sources if step == "approval" else await sources_of(tx, ids) if step == "payment" else {}
    postings = [
        posting for grant in after if (posting := posting_of(grant, step, note, sources.get(grant.id))) is not None
    ]
    if postings:
        await ledger.post(tx, postings, now, charts)
    await emit(tx, [grant_event(grant, now) for grant in after])
    return after, weighed


def _require(
    paid: Sequence[Grant], schemes: Schemes | None, now: datetime
) -> tuple[list[Grant], dict[UUID, list[Reason]]]:
    """Grants that were paid, with what their schemes require of them from now on, and why."""
    after = {} if schemes is None else {one.id: one.parameters.after_payment for one in schemes.policies}
    found = [require(grant, after.get(grant.policy), now) for grant in paid]
    return [replace(grant, reasons=[*grant.reasons, *reasons]) for grant, reasons in found], {
        grant.id: reasons for grant, reasons in found
    }


async def take_together(
    tx: Transaction,
    step: Step,
    ids: Sequence[UUID],
    now: datetime,
    *,
    count: int,
    total_fen: int,
    note: str | None,
    schemes: Schemes,
    budgets: BudgetPolicies | None = None,
    charts: Charts | None = None,
) -> tuple[list[Grant], Weighed]:
    """All of these grants take the step, where they are as many and as much as the caller says; else none does.

    Raises SummaryDiffers, and what `take_and_charge` does.
    """
    await lock_counted(tx, ids, count, total_fen)
    return await take_and_charge(tx, step, ids, now, note=note, schemes=schemes, budgets=budgets, charts=charts)


async def lock_counted(tx: Transaction, ids: Sequence[UUID], count: int, total_fen: int) -> list[Grant]:
    """Grants by id, locked: as many, and as much in all, as the caller says. Raises NotFound, SummaryDiffers."""
    grants = await _lock_all(tx, ids)
    found = sum(grant.amount_fen for grant in grants)
    if (len(grants), found) != (count, total_fen) or len(ids) != count:
        raise SummaryDiffers(count=count, total_fen=total_fen, found_count=len(grants), found_fen=found)
    return grants


async def _lock_all(tx: Transaction, ids: Sequence[UUID]) -> list[Grant]:
    grants = await queries.lock_many(tx, ids)
    if len(grants) < len(set(ids)):
        raise NotFound(what="grant")
    return grants


async def _weigh_dissolved(
    tx: Transaction, paid: Sequence[Grant], reason: str | None, now: datetime
) -> dict[UUID, list[Reason]]:
    """Why each dissolved recipient is paid all the same: what the caller says, or the order that went out before.
    Raises RecipientDissolved."""
    found = await explain_all_dissolved(tx, [grant.recipient_id for grant in paid], now)
    for one in found.values():
        if not (reason and reason.strip()):
            raise RecipientDissolved(dissolved_on=one.facts["dissolved_on"])
    return {
        recipient: [one.model_copy(update={"outcome": "paid_all_the_same", "facts": {**one.facts, "because": reason}})]
        for recipient, one in found.items()
    }


async def _ask_recipients(tx: Transaction, grants: Sequence[Grant], now: datetime) -> None:
    """A grant that stands for nobody claims whom it stands for before it is released or approved.

    The system's scope, because a recipient may have moved out of the division in which its grant was decided.
    """
    async with tx.system_scope():
        parties = await coverage.load(tx, sorted({grant.recipient_id for grant in grants}))
        known = await claims.claims_of(tx, [grant.id for grant in grants])
        wanted = [
            (grant, counted_in(grant, parties[grant.recipient_id], now))
            for grant in grants
            if grant.counted_as is not None and grant.recipient_id in parties and not known[grant.id]
        ]
        claimed = await claims.claim(tx, wanted)
        if any(grant.id not in claimed.own for grant, organizations in wanted if organizations):
            raise OrganizationsCounted


def separate_duties(schemes: Schemes | None) -> dict[str, tuple[Duty, ...]]:
    """The duties that each scheme separates, by its policy's id."""
    return {} if schemes is None else {scheme.id: scheme.parameters.separate_steps for scheme in schemes.policies}
