"""Funding as it should be, in memory: written again by the field's rules, not by the code."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.funding.dues.errors import (
    ClaimedBefore,
    DuesIncomplete,
    DuesInUse,
    NoRefund,
    NotCertified,
    QuarterRecorded,
)
from services.funding.grants.errors import GrantOrdered
from services.funding.ledger.errors import AlreadyReversed, PeriodNotOver, PeriodShut, PostedOtherwise, PostingReversed
from services.funding.pools.errors import PoolExceeded, PoolExists
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, InvalidInput
from tests.funding.model.memory.after import After
from tests.funding.model.memory.budget import Budget, GrantKey, Refusal
from tests.funding.model.memory.published import Published
from tests.funding.model.memory.shares import pool_of

NEXT = {
    "release": ("held", "raised"),
    "review": ("raised", "reviewed"),
    "approval": ("reviewed", "approved"),
    "payment": ("approved", "paid"),
}
MONTHS = ("2026-11", "2026-12", "2027-01")


@dataclass
class Grant:
    """One grant; `hands` are who took which step."""

    division: str
    amount: int
    state: str
    accounts: tuple[str, str, str]
    drafted_by: str | None = None
    hands: dict[str, str] = field(default_factory=dict)
    after: After = field(default_factory=After)
    order_state: str | None = None
    """What became of it in its payment order; None where it is in none, or was paid past any."""
    published: Published = field(default_factory=Published)

    def refuses(self, step: str, hand: str, *, by_order: bool = False) -> Refusal:
        """Whoever drafted or released a grant, or took an earlier step, takes none after it."""
        if self.state != NEXT[step][0]:
            return IllegalTransition
        earlier = {self.drafted_by} | (set() if step == "release" else set(self.hands.values()))
        if hand in earlier:
            return SameHand
        return GrantOrdered if step == "payment" and self.order_state == "ordered" and not by_order else None

    @property
    def back(self) -> int:
        """What of it came back, or was never paid, once it was reversed."""
        return self.amount - self.after.due + self.after.returned if self.state == "reversed" else self.after.returned

    @property
    def gone(self) -> bool:
        """Reversed, and all of it back."""
        return self.state == "reversed" and self.after.returned == self.after.due


def has_beside(grants: Mapping[GrantKey, Grant], key: GrantKey) -> bool:
    """Whether more was granted beside one by its amendment, and not taken back."""
    added = re.compile(f"{re.escape(key[2])}/amendment-[0-9]+")
    return any(
        one[:2] == key[:2] and added.fullmatch(one[2]) is not None and grant.state != "reversed"
        for one, grant in grants.items()
    )


@dataclass
class Dues:
    """A holder's year: quarters with collected fen and who entered them."""

    refundable: bool
    quarters: dict[int, tuple[int, str]] = field(default_factory=dict)
    base: int | None = None
    claims: list[Grant] = field(default_factory=list)

    @property
    def claimed(self) -> bool:
        """Whether a claim stands on it: one whose grant was not taken back whole."""
        return any(not one.gone for one in self.claims)

    @property
    def remitted(self) -> int:
        """Four fifths of each quarter."""
        return sum(amount * 4 // 5 for amount, _ in self.quarters.values())

    def refuses_quarter(self, quarter: int, amount: int, *, explained: bool) -> Refusal:
        """What is certified is opened again first; a correction says why; the same again changes nothing."""
        same = quarter in self.quarters and self.quarters[quarter][0] == amount
        if same:
            return None
        if self.base is not None:
            return IllegalTransition
        return QuarterRecorded if quarter in self.quarters and not explained else None

    def refuses_certification(self, hand: str) -> Refusal:
        """Four quarters, certified by somebody else than who entered any."""
        if self.base is not None:
            return IllegalTransition
        if hand in {by for _, by in self.quarters.values()}:
            return SameHand
        return DuesIncomplete if len(self.quarters) < 4 else None

    def refuses_claim(self, amount: int) -> Refusal:
        """Exactly what was remitted, once."""
        if self.base is None:
            return NotCertified
        if self.claimed:
            return ClaimedBefore
        if not self.refundable:
            return NoRefund
        return InvalidInput if amount != self.remitted else None

    def refuses_reopening(self, pool: "Pool | None") -> Refusal:
        """Not where a claim or a pool stands on the year."""
        if self.base is None:
            return IllegalTransition
        used = self.claimed or (pool is not None and (pool.open or pool.given > 0))
        return DuesInUse if used else None


@dataclass
class Pool:
    """What is set aside, and what was given of it."""

    id: UUID
    amount: int
    created_by: str
    rounds: int = 0
    open: bool = True
    awards: list[Grant] = field(default_factory=list)

    @property
    def given(self) -> int:
        """What was given and did not come back."""
        return sum(one.amount - one.back for one in self.awards)

    def refuses_round(self, hand: str, amount: int) -> Refusal:
        """Never more than there is, and by somebody else."""
        if not self.open:
            return IllegalTransition
        if hand == self.created_by:
            return SameHand
        return PoolExceeded if amount > self.amount - self.given else None

    def refuses_closing(self) -> Refusal:
        """Once, by anybody."""
        return None if self.open else IllegalTransition


@dataclass
class Posted:
    """A voucher: amount, who posted it, whether it was taken back."""

    id: UUID
    amount: int
    by: str
    reversed: bool = False


@dataclass
class Books:
    """Everything."""

    grants: dict[GrantKey, Grant] = field(default_factory=dict)
    dues: dict[UUID, Dues] = field(default_factory=dict)
    pools: dict[UUID, Pool] = field(default_factory=dict)
    """By the year's holder."""
    vouchers: dict[int, Posted] = field(default_factory=dict)
    months: dict[str, tuple[str, str]] = field(default_factory=dict)
    """State, and who closed it."""
    budget: Budget = field(default_factory=Budget)
    balances: Counter[tuple[str, str]] = field(default_factory=Counter)

    def is_gone(self, key: GrantKey) -> bool:
        """Whether a grant bars no other one: it was taken back, and nothing of it or of what was added to it is out."""
        added = f"{key[2]}/amendment-"
        beside = [one for place, one in self.grants.items() if place[:2] == key[:2] and place[2].startswith(added)]
        return all(one.gone for one in (self.grants[key], *beside))

    def post(self, division: str, debit: str, credit: str, amount: int) -> None:
        """Both sides of a transaction."""
        self.balances[debit, division] += amount
        self.balances[credit, division] -= amount

    def pay(self, key: GrantKey) -> None:
        """What was owed is paid."""
        grant = self.grants[key]
        self.budget.pay(key)
        self.post(grant.division, grant.accounts[1], grant.accounts[2], grant.amount)

    def send_back(self, key: GrantKey) -> None:
        """The bank sent it back: it is owed again; of one that was amended since, the rest is reviewed again."""
        grant = self.grants[key]
        expense, payable, appropriation = grant.accounts
        self.post(grant.division, appropriation, payable, grant.amount)
        grant.hands.pop("payment")
        grant.order_state = grant.order_state and "failed"
        grant.state, kept = "approved", grant.amount - grant.after.due
        if kept < grant.amount:
            self.post(grant.division, payable, expense, kept)
            self.budget.release(key)
            for step in ("review", "approval"):
                grant.hands.pop(step)
            grant.hands["amendment"] = grant.after.hands["amendment"]
            grant.state, grant.amount = "raised", kept
        else:
            self.budget.unpay(key)
        grant.after = After(amendments=grant.after.amendments, returns=grant.after.returns)

    def refuses_pool(self, holder: UUID, share: int) -> Refusal:
        """One pool of a certified year, of 5 to 10 % of its base."""
        dues = self.dues[holder]
        if dues.base is None:
            return NotCertified
        if not 500 <= share <= 1000 or pool_of(dues.base, share) == 0:
            return InvalidInput
        before = self.pools.get(holder)
        return PoolExists if before is not None and (before.open or before.given) else None

    def refuses_voucher(self, number: int, amount: int, month: str) -> Refusal:
        """Not into a month that is shut; once under a key; what was taken back stays so."""
        shut = [one for one, (state, _) in self.months.items() if state == "locked" and one >= month]
        if shut or self.months.get(month, ("open", ""))[0] != "open":
            return PeriodShut
        before = self.vouchers.get(number)
        if before is None:
            return None
        if before.reversed:
            return PostingReversed
        return PostedOtherwise if before.amount != amount else None

    def refuses_reversal(self, number: int, hand: str) -> Refusal:
        """Once, by somebody else."""
        posted = self.vouchers[number]
        if posted.reversed:
            return AlreadyReversed
        return SameHand if posted.by == hand else None

    def refuses_month(self, month: str, step: str, hand: str) -> Refusal:
        """Closed once it is over, locked or opened again by somebody else."""
        if month == MONTHS[-1]:
            return PeriodNotOver
        state, closed_by = self.months.get(month, ("open", ""))
        if state != ("open" if step == "closing" else "closed"):
            return IllegalTransition
        return SameHand if step != "closing" and hand == closed_by else None
