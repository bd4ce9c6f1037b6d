"""Refund claims (S25, D12): exactly what was remitted in time, to the receiver by form. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.funding.amount_rules import Refund
from services.funding.coverage.rules import PartyOrganization
from services.funding.dues import errors as e
from services.funding.dues.rules import HolderKind, Quarter, remitted_in_time
from services.funding.grants.deciding.rules import scheme_day
from services.funding.policies import Scheme, Schemes, in_force
from shared.contracts.base import Reason
from shared.problems.problems import FieldError, InvalidInput


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom a refund goes, and by which form (D12)."""

    party: PartyOrganization
    by: Literal["standalone", "joint", "host"]

    @property
    def id(self) -> UUID:
        """The Party organization's."""
        return self.party.id


def find_receiver(
    holder_id: UUID, kind: HolderKind, covering: Sequence[PartyOrganization], host: PartyOrganization | None
) -> Receiver:
    """Standalone itself, joint the joint branch, none the branch that hosts. Raises NoReceiver (409).

    `covering` are those that cover the holder, or the holder itself where it is a Party organization. A temporary one
    has no members' affiliation: the branch that hosts them receives.
    """
    there = {one.id: one for one in covering if one.dissolved_on is None}
    if kind == "party_organization" and holder_id in there:
        return Receiver(there[holder_id], "joint" if there[holder_id].form == "joint" else "standalone")
    for by in ("standalone", "joint"):
        found = min((one.id for one in there.values() if one.form == by), default=None)
        if found is not None:
            return Receiver(there[found], by)
    if host is None or host.dissolved_on is not None:
        raise e.NoReceiver
    return Receiver(host, "host")


def check_host(host: Receiver, region: str, *, reached: bool) -> None:
    """Who claims names the host: one of the scheme's region, in a division that he reaches. Raises NoReceiver (409)."""
    if not (reached and host.party.division.startswith(region)):
        raise e.NoReceiver


def find_refunding(schemes: Schemes, division: str, holder_kind: HolderKind, year: int) -> tuple[Scheme, Refund]:
    """The scheme that refunds a year's dues, and its rule. Raises NoRefund (409)."""
    for one in in_force(schemes, division, scheme_day(year), "claim"):
        if isinstance(one.parameters.amount, Refund) and holder_kind != "body":
            return one, one.parameters.amount
    raise e.NoRefund(division=division, year=year)


def check_claim(
    rule: Refund, *, year: int, quarters: Sequence[Quarter], amount_fen: int, on: date, now: datetime
) -> Reason:
    """Why a claim of an amount may be made. Raises ClaimLate, NothingRemitted (409), InvalidInput of another amount.

    It is never early: a year is certified once it is over.
    """
    last = rule.last_claim(year)
    if last is not None and on > last:
        raise e.ClaimLate(year=year, until=last)
    until = rule.last_remittance(year)
    remitted, late = remitted_in_time(quarters, year, until)
    if not remitted:
        raise e.NothingRemitted(year=year)
    if amount_fen != remitted:
        raise InvalidInput([FieldError("/amount_fen", e.NOT_EXACT, (("expected", remitted),))])
    facts: dict[str, object] = {
        "claimed_on": on.isoformat(),
        "claimed_until": last and last.isoformat(),
        "remitted_until": until and until.isoformat(),
        "remitted_at_another_time_fen": late,
    }
    return Reason(rule="R-dues-refund", outcome="in_time", facts=facts, as_of=now)


def why_receiver(receiver: Receiver, now: datetime) -> Reason:
    """To whom, and by which form."""
    facts: dict[str, object] = {"receiver_id": str(receiver.id)}
    return Reason(rule="R-dues-receiver", outcome=receiver.by, facts=facts, as_of=now)


def period_of(year: int, holder_id: UUID, holder_kind: HolderKind, receiver: Receiver) -> str:
    """The period of the grant: a year, of what a receiver gets for others also for whom.

    An organization and its own standalone branch have the same members: their dues are refunded once.
    """
    own = receiver.id == holder_id or (holder_kind == "organization" and receiver.by == "standalone")
    return str(year) if own else f"{year}/{holder_id}"
