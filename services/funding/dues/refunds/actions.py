"""Claims refunds of dues (S25, D12): each raises the grant that pays it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from services.funding.coverage import queries as coverage
from services.funding.dues import queries as dues
from services.funding.dues.errors import ClaimedBefore, NotCertified, RefundNotRaised
from services.funding.dues.refunds import queries
from services.funding.dues.refunds.rules import (
    Receiver,
    check_claim,
    check_host,
    find_receiver,
    find_refunding,
    period_of,
    why_receiver,
)
from services.funding.dues.rules import HolderKind, to_quarter
from services.funding.grants.deciding.cases import Case, Claimed
from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.grants.deciding.rules import decide_case, scheme_day
from services.funding.grants.settling.given_back import next_period
from services.funding.ledger.charts import Charts
from services.funding.policies import Schemes
from shared.contracts.base import Reason
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import NotFound

_SPACE = UUID("b7a5c0de-1a53-4d0e-8f0a-6c1d4e6a2525")


async def claim(
    tx: Transaction,
    *,
    dues_id: UUID,
    amount_fen: int,
    list_reference: str,
    slip_reference: str,
    host_id: UUID | None,
    schemes: Schemes,
    charts: Charts | None = None,
    now: datetime,
) -> Record:
    """The claim for a certified year, once, with the grant that it raised: who claims has drafted it.

    Once that grant was reversed, and what was paid of it is back, the year is claimed again; in time if it was then.

    Raises NotFound, NotCertified, ClaimedBefore, NoRefund, NoReceiver, RefundNotRaised, and what `check_claim` does.
    """
    year = await dues.lock(tx, dues_id)
    if year is None:
        raise NotFound(what="dues year")
    if year["state"] != "certified":
        raise NotCertified(year=year["year"])
    standing = await queries.claim_of(tx, dues_id)
    if standing is not None:
        raise ClaimedBefore(claim=standing)
    earlier = await queries.claims_of(tx, dues_id)
    scheme, rule = find_refunding(schemes, year["division"], year["holder_kind"], year["year"])
    receiver = await _receiver(tx, year["holder_id"], year["holder_kind"], host_id)
    if receiver.by == "host":
        check_host(receiver, scheme.region, reached=tx.access.reaches(receiver.party.division))
    await _check_joint(tx, receiver, year)
    rows = dues.in_force((await dues.quarters_of(tx, [dues_id]))[dues_id])
    in_time = check_claim(
        rule,
        year=year["year"],
        quarters=[to_quarter(row) for row in rows],
        amount_fen=amount_fen,
        on=earlier[0]["claimed_on"] if earlier else china_day(now),
        now=now,
    )
    period = period_of(year["year"], year["holder_id"], year["holder_kind"], receiver)
    case = Case(
        trigger="claim",
        recipient_id=receiver.id,
        recipient_name=receiver.party.name or str(receiver.id),
        division=receiver.party.division,
        year=year["year"],
        period=await next_period(tx, receiver.id, scheme.parameters.scheme, period),
        on=scheme_day(year["year"]),
        as_of=now,
        kind=receiver.party.kind,
        form=receiver.party.form,
        remitted=Claimed(amount_fen, dues_id, year["holder_id"], receiver.by, list_reference, slip_reference),
    )
    decision = decide_case(case, scheme)
    decision = replace(decision, reasons=[*decision.reasons, in_time, why_receiver(receiver, now)])
    grant_id, reasons = await _raise(tx, Decided(case, decision, _event_id(dues_id, len(earlier))), now, charts)
    made: Record = {
        "id": new_id(),
        "dues_id": dues_id,
        "holder_id": year["holder_id"],
        "division": year["division"],
        "year": year["year"],
        "amount_fen": amount_fen,
        "receiver_id": receiver.id,
        "host_id": host_id,
        "list_reference": list_reference,
        "slip_reference": slip_reference,
        "grant_id": grant_id,
        "policy": scheme.id,
        "reasons": [one.model_dump(mode="json") for one in reasons],
        "claimed_on": china_day(now),
        "claimed_by": tx.access.actor,
        "claimed_at": now,
        "number": len(earlier) + 1,
    }
    await queries.insert(tx, made)
    return made


def _event_id(dues_id: UUID, earlier: int) -> UUID:
    return uuid5(_SPACE, f"{dues_id}/{earlier}" if earlier else str(dues_id))


async def _check_joint(tx: Transaction, receiver: Receiver, year: Record) -> None:
    """A joint branch's dues are those of the organizations that it covers: its year is refunded, or theirs are.

    The system's scope, as for the receiver. Raises ClaimedBefore.
    """
    if receiver.by != "joint":
        return
    own = receiver.id == year["holder_id"]
    async with tx.system_scope():
        before = await queries.claim_through_joint(tx, receiver.id, year["year"], own=not own)
    if before is not None:
        raise ClaimedBefore(claim=before)


async def _raise(tx: Transaction, decided: Decided, now: datetime, charts: Charts | None) -> tuple[UUID, list[Reason]]:
    """The grant and why. The system's scope: what the receiver has may lie where it was before."""
    async with tx.system_scope():
        [kept] = await keep_and_raise(tx, [decided], now, charts=charts, raised_by=tx.access.actor)
    grant_id, reasons = kept["grant_id"], kept["shown_reasons"]
    if kept["outcome"] == "unchanged":  # the same members' dues, registered by the organization and by its branch
        raise ClaimedBefore(claim=grant_id)
    if grant_id is None:
        raise RefundNotRaised(year=decided.case.year, rule=reasons[-1].rule, outcome=reasons[-1].outcome)
    return grant_id, reasons


async def _receiver(tx: Transaction, holder_id: UUID, kind: HolderKind, host_id: UUID | None) -> Receiver:
    """The system's scope: who covers an organization may have moved out of the caller's divisions."""
    async with tx.system_scope():
        known = await coverage.load(tx, sorted({holder_id, *([] if host_id is None else [host_id])}))
        covering = await coverage.covering(tx, holder_id) if kind == "organization" else []
    if kind == "party_organization" and holder_id in known:
        covering = [known[holder_id]]
    return find_receiver(holder_id, kind, covering, None if host_id is None else known.get(host_id))
