"""The account that a recipient is paid to: entered by one person, verified by another. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.funding.payees.errors import GROUNDS_NEEDED, PayeeDiffers
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions, move

HeldBy = Literal["own", "organization", "superior"]
"""Whose account it is: the Party organization's own, or that of who holds its money in trust."""
PayeeState = Literal["entered", "verified"]

TRANSITIONS: Transitions[PayeeState, Literal["verification"]] = Transitions(
    "payee", {("entered", "verification"): "verified"}
)


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """What is sealed: the holder and the number. No `repr` shows them."""

    holder: str
    number: str


@dataclass(frozen=True)
class Payee:
    """One version of a payee, with its account sealed."""

    recipient_id: UUID
    division: str
    held_by: HeldBy
    bank_code: str
    grounds: str | None
    key_id: str
    sealed: bytes
    state: PayeeState
    version: int
    entered_by: str
    entered_at: datetime
    verified_by: str | None = None
    verified_at: datetime | None = None


def find_faults(held_by: HeldBy, grounds: str | None) -> list[FieldError]:
    """What is wrong with a payee's fields together."""
    return [FieldError("/grounds", GROUNDS_NEEDED)] if held_by != "own" and grounds is None else []


def verify(payee: Payee, account: Account, bank_code: str, number: str, actor: str, now: datetime) -> Payee:
    """The payee, verified by another person, who typed bank code and number once more.

    Raises IllegalTransition, SameHand, PayeeDiffers.
    """
    state = move(TRANSITIONS, payee.state, "verification")
    if same_person(payee.entered_by, actor):
        raise SameHand(what="payee", earlier="entering", step="verification")
    if (bank_code, number) != (payee.bank_code, account.number):
        raise PayeeDiffers
    return replace(payee, state=state, verified_by=actor, verified_at=now, version=payee.version + 1)
