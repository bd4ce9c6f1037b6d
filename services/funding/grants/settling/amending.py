"""Amends a grant's amount; both amounts are kept. Before payment it goes back to review; after it the difference is
granted beside it, or is to be returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.funding.appropriations import charging
from services.funding.grants.deciding.queries import insert_new
from services.funding.grants.errors import GrantOrdered
from services.funding.grants.events import grant_event
from services.funding.grants.queries import insert_steps, lock_many
from services.funding.grants.recipients.dissolved import explain_all_dissolved
from services.funding.grants.recipients.holding import hold_drafted
from services.funding.grants.rules import Grant, Recorded
from services.funding.grants.settling import errors as e
from services.funding.grants.settling import queries
from services.funding.grants.settling.actions import after_payment_of, lock, post_about, save
from services.funding.grants.settling.bounds import Bounds, bounds_of, find_outside
from services.funding.grants.settling.rules import check_alone, check_other, kept_fen, reclaim
from services.funding.ledger.charts import Charts
from services.funding.ledger.posted_queries import of_grant
from services.funding.ledger.reversing import reverse_all
from services.funding.policies import Schemes
from services.funding.requirements import AfterPayment
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import FieldError, IllegalTransition, InvalidInput
from shared.problems.transitions import Transitions, move
from shared.problems.versions import Preconditions

AMENDING: Transitions[GrantStateName, Literal["amendment"]] = Transitions(
    "grant",
    {
        ("held", "amendment"): "held",
        ("raised", "amendment"): "raised",
        ("reviewed", "amendment"): "raised",
        ("approved", "amendment"): "raised",
        ("paid", "amendment"): "paid",
    },
)
"""What was reviewed or approved is reviewed again; what was paid stays paid."""


@dataclass(frozen=True, slots=True)
class Amended:
    """The grant after its amendment, what is granted beside it, and what of it is to be returned."""

    grant: Grant
    reasons: Sequence[Reason]
    difference: Grant | None = None
    reduced_fen: int = 0


def amend(
    grant: Grant,
    *,
    amount_fen: int,
    reported_fen: int,
    beside: UUID | None,
    paper: Mapping[str, object],
    after: AfterPayment | None,
    actor: str,
    difference_id: UUID,
    now: datetime,
    bounds: Bounds | None = None,
    beside_fen: int = 0,
    dissolved: Reason | None = None,
) -> Amended:
    """The grant with another amount; who amends it has drafted it. Pure.

    `beside` is what an earlier amendment granted beside it, and stands; `beside_fen` is what the other grants of its
    case keep: the scheme's `bounds` are those of all together. What is drafted by it is held where the recipient was
    `dissolved`. Raises IllegalTransition, GrantOrdered, PaidFromDues,
    AmendedBeside (409), SameHand (403), InvalidInput.
    """
    state = move(AMENDING, grant.state, "amendment")
    if grant.order_state == "ordered":
        raise GrantOrdered(order=grant.order_id)
    if grant.channel == "dues":
        raise e.PaidFromDues
    if grant.settlement_state in ("evaluated", "closed"):
        raise IllegalTransition(what="grant", state=grant.settlement_state, action="amendment", again=False)
    check_alone(beside)
    check_other(grant, actor, "amendment", ("approval", grant.actors.get("approval")))
    before = kept_fen(grant)
    if amount_fen == before:
        raise InvalidInput([FieldError("/amount_fen", e.SAME_AMOUNT)])
    if amount_fen < reported_fen:
        raise InvalidInput([FieldError("/amount_fen", e.BELOW_REPORTED, (("reported", reported_fen),))])
    if outside := find_outside(bounds, amount_fen, beside_fen):
        raise InvalidInput(outside)
    number = grant.amendments + 1
    facts = {"state_before": grant.state, "from_fen": before, "to_fen": amount_fen, "number": number, **paper}
    why = Reason(rule="R-amendment", outcome="amended", facts=facts, as_of=now)
    reasons = [*grant.reasons, why]
    amended = replace(grant, state=state, version=grant.version + 1, amendments=number, reasons=reasons)
    if grant.state != "paid":
        actors = {**grant.actors, "review": None, "approval": None, "amendment": actor}
        drafted = replace(amended, amount_fen=amount_fen, actors=actors)
        held, added = hold_drafted(drafted, dissolved)
        return Amended(held, [why, *added])
    if amount_fen < before:
        reduced = before - amount_fen
        return Amended(reclaim(amended, reduced, after, china_day(now)), [why], reduced_fen=reduced)
    difference = _difference(grant, amount_fen - before, number, why, actor, difference_id, now)
    return Amended(amended, [why], hold_drafted(difference, dissolved)[0])


def _difference(
    grant: Grant, amount_fen: int, number: int, why: Reason, actor: str, difference_id: UUID, now: datetime
) -> Grant:
    """What is granted beside a paid grant: it takes every step of its own."""
    return Grant(
        id=difference_id,
        recipient_id=grant.recipient_id,
        recipient_name=grant.recipient_name,
        division=grant.division,
        scheme=grant.scheme,
        policy=grant.policy,
        year=grant.year,
        amount_fen=amount_fen,
        expense_account=grant.expense_account,
        payable_account=grant.payable_account,
        appropriation_account=grant.appropriation_account,
        state="raised",
        reasons=[why],
        evaluation_id=grant.evaluation_id,
        version=1,
        raised_at=now,
        actors={"release": actor},
        raised_by=actor,
        purpose=grant.purpose,
        trigger=grant.trigger,
        period=f"{grant.period or grant.year}/amendment-{number}",
        level=grant.level,
        channel=grant.channel,
        snapshot={**(grant.snapshot or {}), "amends": str(grant.id), "number": number},
        amends=grant.id,
    )


async def amend_grant(
    tx: Transaction,
    grant_id: UUID,
    now: datetime,
    *,
    amount_fen: int,
    reason: str,
    reference: str,
    schemes: Schemes,
    charts: Charts | None,
    if_match: Preconditions | None,
) -> Grant:
    """The grant as amended. What was posted as owed before is taken back by a posting that names it, and its
    commitment with it: the next approval commits and posts the new amount.

    Raises NotFound, PreconditionFailed, NotInChart, PeriodShut, and what `amend` does.
    """
    # One amendment of a case at a time, by id: what others grant beside it counts.
    await lock_many(tx, await queries.amended_with(tx, grant_id))
    grant = await lock(tx, grant_id, if_match)
    reports = await queries.reports_of(tx, grant_id)
    done = amend(
        grant,
        amount_fen=amount_fen,
        reported_fen=sum(row["total_fen"] for row in reports),
        beside=await queries.find_beside(tx, grant_id),
        paper={"reference": reference, "because": reason},
        after=after_payment_of(schemes, grant),
        actor=tx.access.actor,
        difference_id=new_id(),
        now=now,
        bounds=bounds_of(schemes, grant),
        beside_fen=await queries.granted_beside(tx, grant_id),
        dissolved=(await explain_all_dissolved(tx, [grant.recipient_id], now)).get(grant.recipient_id),
    )
    approved = grant.state == "approved"
    settled = await charging.weigh_settling(tx, released=[grant_id]) if approved else None
    await save(tx, done.grant, done.reasons, "amendment", now, f"{reference}；{reason}")
    if done.difference is not None:
        await insert_new(tx, [done.difference])
        raised: Recorded = "held" if done.difference.state == "held" else "raised"
        await insert_steps(tx, [(done.difference, raised)], now, reference)
    await queries.insert_amendment(
        tx,
        {
            "grant_id": grant_id,
            "number": done.grant.amendments,
            "division": grant.division,
            "state_before": grant.state,
            "from_fen": kept_fen(grant),
            "to_fen": amount_fen,
            "reason": reason,
            "reference": reference,
            "difference_id": done.difference and done.difference.id,
            "amended_by": tx.access.actor,
            "amended_at": now,
        },
    )
    if settled is not None:
        await charging.settle_all(tx, settled, now)
    if approved:
        owed = [row["id"] for row in await of_grant(tx, grant_id) if row["kind"] == "grant_approved"]
        await reverse_all(tx, owed, now, reason=reason, of_grants=True)
    if done.reduced_fen:
        period = f"amendment-{done.grant.amendments}"
        await post_about(tx, done.grant, "grant_reduced", done.reduced_fen, period, now, charts)
    changed = [] if grant.state == "paid" else [done.grant]
    await emit(tx, [grant_event(one, now) for one in (*changed, *filter(None, [done.difference]))])
    return done.grant
