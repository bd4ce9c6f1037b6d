"""Claims refunds of dues, and decides on the claims."""

from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.dues import queries as dues
from services.funding.dues.errors import ClaimedBefore, NotCertified
from services.funding.dues.policies import DuesPolicies
from services.funding.dues.refunds import queries
from services.funding.dues.refunds.rules import (
    TRANSITIONS,
    Receiver,
    RefundStep,
    check_refunded,
    decide_claim,
    find_receiver,
    why_receiver,
)
from services.funding.dues.rules import HolderKind, to_quarter
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def claim(
    tx: Transaction,
    *,
    dues_id: UUID,
    amount_fen: int,
    list_reference: str,
    slip_reference: str,
    host_id: UUID | None,
    policies: DuesPolicies,
    now: datetime,
) -> Record:
    """The claim for a certified year, once.

    Raises NotFound, NotCertified, ClaimedBefore, NoReceiver, and what `decide_claim` does.
    """
    year = await dues.keep(tx, dues_id)
    if year is None:
        raise NotFound(what="dues year")
    if year["state"] != "certified":
        raise NotCertified(year=year["year"])
    before = await queries.live_claim(tx, dues_id)
    if before is not None:
        raise ClaimedBefore(claim=before)
    rows = dues.in_force((await dues.quarters_of(tx, [dues_id]))[dues_id])
    today = china_day(now)
    found = policies.in_force(year["division"], today)
    policy, _ = check_refunded(found, year["division"], year["holder_kind"], today)
    receiver = await _receiver(tx, year["holder_id"], year["holder_kind"], host_id)
    reasons = decide_claim(
        policy,
        division=year["division"],
        year=year["year"],
        quarters=[to_quarter(row) for row in rows],
        holder_kind=year["holder_kind"],
        amount_fen=amount_fen,
        on=today,
        receiver=receiver,
        now=now,
    )
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
        "state": "claimed",
        "version": 1,
        "policy": policy.id,
        "reasons": [one.model_dump(mode="json") for one in reasons],
        "claimed_on": today,
        "claimed_by": tx.access.actor,
        "claimed_at": now,
        **dict.fromkeys(("decided_by", "decided_at", "note")),
    }
    if not await queries.insert(tx, made):  # somebody else claimed meanwhile
        raise ClaimedBefore(claim=await queries.live_claim(tx, dues_id))
    return made


async def take_step(
    tx: Transaction,
    claim_id: UUID,
    step: RefundStep,
    now: datetime,
    *,
    note: str | None,
    if_match: Preconditions | None,
) -> Record:
    """The claim as it then is; at its acceptance the receiver is asked for again, who may be another one by then.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, NoReceiver.
    """
    before = await queries.lock(tx, claim_id)
    if before is None:
        raise NotFound(what="dues refund")
    check_version(if_match, before["version"])
    state = move(TRANSITIONS, before["state"], step)
    after = {**before, "state": state, "version": before["version"] + 1, "note": note}
    if step != "withdrawal":
        await _check_hands(tx, before, step)
        after |= {"decided_by": tx.access.actor, "decided_at": now}
    if step == "acceptance":
        year = await dues.get(tx, before["dues_id"])
        assert year is not None
        receiver = await _receiver(tx, year["holder_id"], year["holder_kind"], before["host_id"])
        if receiver.id != before["receiver_id"]:
            why = why_receiver(receiver, now).model_dump(mode="json")
            after |= {"receiver_id": receiver.id, "reasons": [*before["reasons"], why]}
    await queries.save(tx, after)
    return after


async def _check_hands(tx: Transaction, claim: Record, step: RefundStep) -> None:
    """Whoever claimed, or entered the figures, does not decide."""
    if same_person(claim["claimed_by"], tx.access.actor):
        raise SameHand(what="dues refund", earlier="claiming", step=step)
    rows = dues.in_force((await dues.quarters_of(tx, [claim["dues_id"]]))[claim["dues_id"]])
    if any(same_person(row["entered_by"], tx.access.actor) for row in rows):
        raise SameHand(what="dues refund", earlier="recording", step=step)


async def _receiver(tx: Transaction, holder_id: UUID, kind: HolderKind, host_id: UUID | None) -> Receiver:
    """The system's scope: who covers an organization may have moved out of the caller's divisions."""
    async with tx.system_scope():
        known = await coverage.load(tx, sorted({holder_id, *([] if host_id is None else [host_id])}))
        covering = await coverage.covering(tx, holder_id) if kind == "organization" else []
    if kind == "party_organization" and holder_id in known:
        covering = [known[holder_id]]
    return find_receiver(holder_id, kind, covering, None if host_id is None else known.get(host_id))
