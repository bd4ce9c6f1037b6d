"""A recipient's statement as clients see it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.funding.grants.rules import Recorded
from services.funding.ledger.charts import Account
from shared.db.session import Record
from shared.problems.language import Language
from shared.problems.reasons import ReasonOut
from shared.web.routes import Page

LineKind = Literal["decision", "step", "refund", "award", "posting"]
_DUTY_OF_STEP: Mapping[Recorded, str | None] = {
    "raised": "drafting",
    "held": "drafting",
    "release": "drafting",
    "review": "review",
    "public_notice": "review",
    "objection": "review",
    "objection_answer": "approval",
    "return": "approval",
    "approval": "approval",
    "ordering": "payment",
    "payment": "payment",
    "order_withdrawn": "payment",
    "payment_failed": "payment",
    "payment_reopened": "payment",
    "bank_return": "payment",
    "use_report": "use_report",
    "final_settlement": "final_settlement",
    "balance_return": "posting",
    "reversal": "reversal",
    "amendment": "drafting",
    "holding": None,
    "relocation": None,
    "rectification": None,
}
"""The duty that a step is; None for what follows from news of the recipient or of its rectification."""
_DUTY_OF: Mapping[str, str | None] = {
    "decision": None,
    "refund": "claim",
    "award": "distribution",
    "posting": "posting",
}


class StatementLineOut(BaseModel):
    """What happened, in its order: a decision, a step of a grant, a claim, an award, or one side of a posting.

    `balance_fen` is that of the account with this recipient, after the line.
    """

    day: date
    at: AwareDatetime
    kind: LineKind
    what: str
    by: str | None
    duty: str | None
    grant_id: UUID | None
    transaction_id: UUID | None
    scheme: str | None
    year: int | None
    amount_fen: int | None
    account: str | None
    debit_fen: int | None
    credit_fen: int | None
    balance_fen: int | None
    note: str | None
    reasons: list[ReasonOut]


class StatementAccountOut(BaseModel):
    """An account as far as it is the recipient's: debits less credits before and after the period."""

    account: str
    name: str | None
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


class StatementTotalsOut(BaseModel):
    """The period's totals; reversals are taken off. What is owed is approved and not paid."""

    decisions: int
    grants: int
    approved_fen: int
    paid_fen: int
    refunds_fen: int
    awards_fen: int
    owed_before_fen: int
    owed_after_fen: int


class StatementSummaryOut(BaseModel):
    """Whose statement it is, of which days, with its totals and balances."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    recipient_id: UUID
    recipient_name: str | None
    recipient_kind: str | None
    division: str
    established_on: date | None
    dissolved_on: date | None
    since: date | None = Field(serialization_alias="from")
    until: date | None = Field(serialization_alias="to")
    totals: StatementTotalsOut
    accounts: list[StatementAccountOut]


class StatementPage(Page[StatementLineOut]):
    """A recipient's statement; `summary` stands on the first page."""

    summary: StatementSummaryOut | None


def line_out(row: Record) -> StatementLineOut:
    """A line."""
    taken = _DUTY_OF_STEP.get(row["what"]) if row["kind"] == "step" else _DUTY_OF[row["kind"]]
    absent = dict.fromkeys(("transaction_id", "amount_fen", "account", "debit_fen", "credit_fen", "balance_fen"))
    return StatementLineOut.model_validate({**absent, "reasons": [], **row, "duty": row["by"] and taken})


def summary_out(
    recipient: UUID,
    known: Record,
    period: tuple[date | None, date | None],
    summed: tuple[Record, Sequence[Record]],
    names: Mapping[str, Account],
    language: Language,
) -> StatementSummaryOut:
    """The head of a statement, its accounts named as the chart names them."""
    totals, accounts = summed
    before = totals["approved_before"] - totals["paid_before"]
    after = before + totals["approved_fen"] - totals["paid_fen"]
    return StatementSummaryOut(
        recipient_id=recipient,
        recipient_name=known["name"],
        recipient_kind=known["kind"],
        division=known["division"],
        established_on=known["established_on"],
        dissolved_on=known["dissolved_on"],
        since=period[0],
        until=period[1],
        totals=StatementTotalsOut.model_validate({**totals, "owed_before_fen": before, "owed_after_fen": after}),
        accounts=[_account_out(one, names, language) for one in accounts],
    )


def _account_out(row: Mapping[str, Any], names: Mapping[str, Account], language: Language) -> StatementAccountOut:
    found = names.get(row["account"])
    name = None if found is None else getattr(found.name, language)
    return StatementAccountOut.model_validate({**row, "name": name})
