"""The budget of the annual subsidies, in memory: what there is, what grants took of it, and who says so."""

from dataclasses import dataclass, field
from uuid import UUID

from services.funding.appropriations.errors import BelowCommitted
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition, NotFound, Problem

Refusal = type[Problem] | None
GrantKey = tuple[UUID, str, str]
"""Recipient, scheme, period."""
ANNUAL = "hz-2013-annual"


@dataclass
class Budget:
    """One appropriation of the year; `charged` are grants with what each took of it, and whether it is paid."""

    amount: int | None = None
    """What is in force; None before the first confirmation."""
    proposed: tuple[int, str] | None = None
    known: bool = False
    charged: dict[GrantKey, tuple[int, bool]] = field(default_factory=dict)

    @property
    def committed(self) -> int:
        """Of all that are not given back."""
        return sum(fen for fen, _ in self.charged.values())

    @property
    def paid(self) -> int:
        """Of all that were paid."""
        return sum(fen for fen, is_paid in self.charged.values() if is_paid)

    def exceeds(self, key: GrantKey, fen: int) -> bool:
        """Whether a grant asks for more than is left."""
        return key[1] == ANNUAL and self.amount is not None and fen > self.amount - self.committed

    def charge(self, key: GrantKey, fen: int) -> None:
        """At approval, where there is a budget."""
        if key[1] == ANNUAL and self.amount is not None:
            self.charged[key] = fen, False

    def pay(self, key: GrantKey) -> None:
        """What was committed is paid."""
        if key in self.charged:
            self.charged[key] = self.charged[key][0], True

    def unpay(self, key: GrantKey) -> None:
        """The bank sent it back: it is committed."""
        if key in self.charged:
            self.charged[key] = self.charged[key][0], False

    def release(self, key: GrantKey) -> None:
        """What was taken is left again."""
        self.charged.pop(key, None)

    def refuses_amount(self, fen: int) -> Refusal:
        """Never below what is committed."""
        return BelowCommitted if fen < self.committed else None

    def refuses_confirmation(self, hand: str) -> Refusal:
        """Once, by somebody else than who proposed it."""
        if not self.known:
            return NotFound
        if self.proposed is None:
            return IllegalTransition
        return SameHand if self.proposed[1] == hand else self.refuses_amount(self.proposed[0])
