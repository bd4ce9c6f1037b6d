"""The ledger as clients see it, and what they send to it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from services.funding.ledger.charts import AccountKind, ChartParameters
from services.funding.ledger.errors import ONE_SIDE, UNBALANCED
from services.funding.ledger.rules import Key, Line, Voucher, out_of_balance
from services.funding.policies import AccountCode, Source
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Day, DivisionPrefix, Prose
from shared.problems.language import Language
from shared.web.knowledge import PolicyOut

MOST = 500
"""Vouchers, or reversals, of one request."""
Amount = Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
Word = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class ChartOut(PolicyOut[ChartParameters]):
    """A chart of accounts: for which region, from when until when, from which source."""


class LineIn(Body):
    """One side of a voucher: an account, its debit or its credit, and whose money for whom and what."""

    account: AccountCode
    debit_fen: Amount = 0
    credit_fen: Amount = 0
    source: Source | None = None
    recipient_id: UUID | None = None
    purpose: Word | None = None

    @model_validator(mode="after")
    def _has_one_side(self) -> Self:
        if (self.debit_fen > 0) == (self.credit_fen > 0):
            raise PydanticCustomError("one_side", "{en}", {"zh": ONE_SIDE.zh, "en": ONE_SIDE.en})
        return self


class VoucherIn(Body):
    """A voucher: its own number in the division (a repeat posts nothing), its day, and lines that sum to zero."""

    reference: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z./-]{0,59}$")]
    division: DivisionPrefix
    booked_on: Day
    lines: Annotated[list[LineIn], Field(min_length=2, max_length=50)]
    note: Prose | None = None

    @model_validator(mode="after")
    def _sums_to_zero(self) -> Self:
        difference = out_of_balance(map(_line, self.lines))
        if difference:
            facts = {"difference": difference}
            raise PydanticCustomError(
                "unbalanced", "{en}", {"zh": UNBALANCED.zh.format(**facts), "en": UNBALANCED.en.format(**facts)}
            )
        return self

    def voucher(self) -> Voucher:
        """As it is posted."""
        lines = tuple(_line(one) for one in self.lines)
        key = Key(f"voucher/{self.division}/{self.reference}", period=f"{self.booked_on.year}")
        return Voucher("voucher", self.division, lines, self.booked_on, key, note=self.note)


class VouchersIn(Body):
    """Vouchers that are posted together: all of them, or none."""

    MAX_KEYS = MOST * 40
    vouchers: Annotated[list[VoucherIn], Field(min_length=1, max_length=MOST)]


class ReversalsIn(Body):
    """Transactions that are taken back together: all of them, or none. `count` and `total_fen`: what the caller saw."""

    transactions: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    count: Annotated[int, Field(ge=1, strict=True)]
    total_fen: Annotated[int, Field(gt=0, strict=True)]
    reason: Prose


class PostedOut(BaseModel):
    """What was posted: in the order of the request, the transaction of each; `repeated` of them were there before."""

    transactions: list[UUID]
    posted: int
    repeated: int


class AccountOut(BaseModel):
    """An account; its balance is the sum of its debits less that of its credits, now or at the end of the day `on`."""

    code: str
    name: str
    kind: AccountKind
    balance_fen: int
    on: date | None = None


class EntryOut(BaseModel):
    """An entry: one of debit and credit is above zero, the other is zero.

    `corrects`: the transaction taken back; `concerns`: the payment that something is returned of.
    """

    id: UUID
    transaction_id: UUID
    kind: str
    account: str
    division: str
    debit_fen: int
    credit_fen: int
    posted_at: AwareDatetime
    grant_id: UUID | None
    booked_on: date | None
    source: str | None
    recipient_id: UUID | None
    purpose: str | None
    corrects: UUID | None
    concerns: UUID | None


class CheckOut(BaseModel):
    """What does not agree when all is recomputed from the entries: both are zero."""

    transactions_out_of_balance: int
    accounts_drifting: int


def account_out(row: Mapping[str, Any], language: Language, on: date | None) -> AccountOut:
    """An account with its balance, in the caller's language."""
    return AccountOut.model_validate({**row, "name": row[f"name_{language}"], "on": on})


def entry_out(row: Mapping[str, Any]) -> EntryOut:
    """A stored entry."""
    return EntryOut.model_validate(dict(row))


def _line(given: LineIn) -> Line:
    return Line(**given.model_dump())
