"""Payment orders and what the bank says of them, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.funding.payment_orders.errors import OrderAnswered
from shared.problems.duties import SameHand
from shared.problems.problems import IllegalTransition
from tests.funding.model.memory.books import Grant
from tests.funding.model.memory.budget import GrantKey, Refusal


@dataclass
class OrderLine:
    """A grant in an order; `word` is what the bank said last of it, as far as that was clear."""

    key: GrantKey
    amount: int
    state: str = "ordered"
    word: str | None = None
    named: bool = False

    @property
    def doubted(self) -> bool:
        """Whether it was not paid, and the bank's last word is that it was."""
        return self.state in ("failed", "withdrawn") and self.word == "contradicts"

    def meaning(self, said: str, amount: int, grant: Grant) -> str:
        """What a row of the bank means."""
        same = amount == self.amount
        if self.state in ("failed", "withdrawn"):
            return "contradicts" if said == "paid" else "repeated" if same else "amount_differs"
        if self.state == "paid" and said == "paid":
            return "repeated" if same else "contradicts"
        if self.state == "paid":
            return "sent_back" if said == "sent_back" and same and not is_used(grant) else "contradicts"
        if not same:
            return "amount_differs"
        return "paid" if said == "paid" else "failed"


@dataclass
class Order:
    """An order; the bank's lines are in its order."""

    id: UUID
    ordered_by: str
    lines: list[OrderLine]

    @property
    def state(self) -> str:
        """Settled once no line waits, withdrawn where all are."""
        states = {one.state for one in self.lines}
        return "ordered" if "ordered" in states else "withdrawn" if states == {"withdrawn"} else "settled"

    @property
    def contradicted(self) -> int:
        """Settled lines of which the bank's last word is another."""
        return sum(one.state != "ordered" and one.word == "contradicts" for one in self.lines)

    def refuses_withdrawal(self, hand: str) -> Refusal:
        """Whole, by another actor, and before the bank said anything."""
        if self.state != "ordered":
            return IllegalTransition
        if hand == self.ordered_by:
            return SameHand
        answered = any(one.state != "ordered" or one.named for one in self.lines)
        return OrderAnswered if answered else None


def is_used(grant: Grant) -> bool:
    """Whether the money is known to have arrived."""
    after = grant.after
    return grant.state != "paid" or bool(after.reported or after.returned) or after.unspent is not None


def reopen(orders: list[Order], grants: Mapping[GrantKey, Grant], keys: list[GrantKey]) -> None:
    """Grants that an order did not pay wait in the last one of which the bank says that it did."""
    for key in keys:
        found = [one for order in orders for one in order.lines if one.key == key and one.doubted]
        if found:
            wait(found[-1], grants[key])


def wait(line: OrderLine, grant: Grant) -> None:
    """A line that the bank says it paid waits for the next word, where the grant is free and as it was."""
    if grant.state == "approved" and grant.order_state != "ordered" and grant.amount == line.amount:
        line.state, grant.order_state = "ordered", "ordered"
