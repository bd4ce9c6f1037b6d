"""Refund claims (S25, D12): exactly what was remitted in time, claimed once, to the receiver by form. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.coverage.rules import PartyOrganization
from services.funding.dues import errors as e
from services.funding.dues.policies import DuesParameters, Refund
from services.funding.dues.rules import HolderKind, Quarter, remitted_in_time
from shared.contracts.base import Reason
from shared.field.policies import Policy
from shared.problems.problems import FieldError, InvalidInput
from shared.problems.transitions import Transitions

RefundState = Literal["claimed", "accepted", "refused", "withdrawn"]
RefundStep = Literal["acceptance", "refusal", "withdrawal"]

TRANSITIONS: Transitions[RefundState, RefundStep] = Transitions(
    "dues refund",
    {
        ("claimed", "acceptance"): "accepted",
        ("claimed", "refusal"): "refused",
        ("claimed", "withdrawal"): "withdrawn",
        ("accepted", "withdrawal"): "withdrawn",
    },
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom a refund goes, and by which form (D12)."""

    id: UUID
    by: Literal["standalone", "joint", "host"]


def find_receiver(
    holder_id: UUID, kind: HolderKind, covering: Sequence[PartyOrganization], host: PartyOrganization | None
) -> Receiver:
    """Standalone itself, joint the joint branch, none the branch that hosts. Raises NoReceiver (409).

    `covering` are those that cover the holder, or the holder itself where it is a Party organization.
    """
    there = {one.id: one for one in covering if one.dissolved_on is None}
    if kind == "party_organization" and holder_id in there:
        return Receiver(holder_id, "joint" if there[holder_id].form == "joint" else "standalone")
    for by in ("standalone", "joint"):
        forms = ("standalone", "temporary") if by == "standalone" else ("joint",)
        found = min((one.id for one in there.values() if one.form in forms), default=None)
        if found is not None:
            return Receiver(found, by)
    if host is None or host.dissolved_on is not None:
        raise e.NoReceiver
    return Receiver(host.id, "host")


def check_refunded(
    policy: Policy[DuesParameters] | None, division: str, holder_kind: HolderKind, on: date
) -> tuple[Policy[DuesParameters], Refund]:
    """The policy by which a holder's dues are refunded. Raises NoRefund (409)."""
    refund = None if policy is None else policy.parameters.refund
    if policy is None or refund is None or holder_kind == "body":
        raise e.NoRefund(division=division, on=on)
    return policy, refund


def decide_claim(
    policy: Policy[DuesParameters] | None,
    *,
    division: str,
    year: int,
    quarters: Sequence[Quarter],
    holder_kind: HolderKind,
    amount_fen: int,
    on: date,
    receiver: Receiver,
    now: datetime,
) -> list[Reason]:
    """Why a claim may be made. Raises NoRefund, OutsideClaimWindow (409), InvalidInput (422) of another amount."""
    policy, refund = check_refunded(policy, division, holder_kind, on)
    first, last = refund.window(year)
    if not first <= on <= last:
        raise e.OutsideClaimWindow(year=year, first=first, last=last)
    until = refund.remitted_by(year)
    remitted, late = remitted_in_time(quarters, year, until)
    if amount_fen != remitted:
        raise InvalidInput([FieldError("/amount_fen", e.NOT_EXACT, (("expected", remitted),))])
    window: dict[str, object] = {"first": first.isoformat(), "last": last.isoformat(), "claimed_on": on.isoformat()}
    exact: dict[str, object] = {
        "year": year,
        "remitted_fen": remitted,
        "remitted_until": until.isoformat(),
        "remitted_at_another_time_fen": late,
        "amount_fen": amount_fen,
        "policy": policy.id,
    }
    return [
        Reason(rule="S25", outcome="refunded_in_full", facts=exact, as_of=now),
        Reason(rule="R-dues-refund", outcome="in_time", facts=window, as_of=now),
        why_receiver(receiver, now),
    ]


def why_receiver(receiver: Receiver, now: datetime) -> Reason:
    """To whom, and by which form."""
    facts: dict[str, object] = {"receiver_id": str(receiver.id)}
    return Reason(rule="R-dues-receiver", outcome=receiver.by, facts=facts, as_of=now)
