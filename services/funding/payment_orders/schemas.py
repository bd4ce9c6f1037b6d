"""Payment orders as clients send and see them. Accounts stand in the files alone."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.payees.rules import HeldBy
from services.funding.payment_orders.actions import Asked
from services.funding.payment_orders.policies import PaymentParameters
from services.funding.payment_orders.rules import FindingKind, LineState, OrderState
from services.funding.policies import Channel
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Day, DivisionPrefix, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut
from shared.web.knowledge import PolicyOut


class PaymentPolicyOut(PolicyOut[PaymentParameters]):
    """The layouts of payment files by channel, and how a bank's return is read."""


class OrderIn(Body):
    """Approved grants of one channel, as many and as much in all as the caller says; `reason` for dissolved ones."""

    division: DivisionPrefix
    channel: Channel
    ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
    count: Annotated[int, Field(ge=1, le=1000, strict=True)]
    total_fen: Annotated[int, Field(ge=1, lt=LIMIT_FEN, strict=True)]
    note: Annotated[Prose | None, NoValueIsNone] = None
    reason: Annotated[Prose | None, NoValueIsNone] = None

    def asked(self) -> Asked:
        """As the action takes it."""
        return Asked(self.division, self.channel, self.ids, self.count, self.total_fen, self.note, self.reason)


class OrderWithdrawalBody(Body):
    """Why an order is taken back, of which the bank never took the file."""

    reason: Annotated[Prose, Field(min_length=1)]


class OrderLineOut(BaseModel):
    """A line: which grant, to whom, how much, and what became of it. The bank answers by `reference`."""

    line: int
    reference: str
    grant_id: UUID
    recipient_id: UUID
    recipient_name: str
    amount_fen: int
    scheme: str
    held_by: HeldBy
    bank_code: str
    payee_version: int
    state: LineState
    because: str | None
    paid_on: Day | None
    settled_at: AwareDatetime | None


class FindingOut(BaseModel):
    """What a row of the return means: paid, failed, repeated, or what differs."""

    row: int
    reference: str
    kind: FindingKind
    line: int | None
    amount_fen: int | None
    expected_fen: int | None
    because: str | None
    paid_on: Day | None


class ReturnOut(BaseModel):
    """A file of the bank: its rows, and the lines that it does not mention."""

    id: UUID
    received_by: str
    received_at: AwareDatetime
    rows: list[FindingOut]
    missing: list[str]


class OrderEntry(BaseModel):
    """A payment order; `paid`, `failed`, `open` and `withdrawn` count its lines, `contradicted` those that the bank's
    last word says otherwise of."""

    id: UUID
    number: str
    division: str
    channel: Channel
    layout: str
    policy: str
    state: OrderState
    count: int
    total_fen: int
    paid: int
    paid_total_fen: int
    failed: int
    open: int
    withdrawn: int
    contradicted: int
    note: str | None
    version: int
    ordered_by: str
    ordered_at: AwareDatetime
    reasons: list[ReasonOut]


class OrderOut(OrderEntry):
    """A payment order with its lines, and what the bank returned of them."""

    lines: list[OrderLineOut]
    returns: list[ReturnOut]


def order_entry(row: Mapping[str, Any]) -> OrderEntry:
    """A stored order with the counts of its lines."""
    return OrderEntry.model_validate(dict(row))


def order_out(
    row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], returns: Sequence[Mapping[str, Any]]
) -> OrderOut:
    """A stored order with its lines and returns."""
    states = [line["state"] for line in lines]
    return OrderOut.model_validate(
        {
            **row,
            "paid": states.count("paid"),
            "paid_total_fen": sum(line["amount_fen"] for line in lines if line["state"] == "paid"),
            "failed": states.count("failed"),
            "open": states.count("ordered"),
            "withdrawn": states.count("withdrawn"),
            "lines": [dict(line) for line in lines],
            "returns": [{**one, **one["findings"]} for one in returns],
        }
    )
