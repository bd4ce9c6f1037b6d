"""What follows a payment as clients send and see it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.funding.grants.rules import SettlementState
from services.funding.grants.settling.rules import UseVoucher
from shared.contracts.funding import GrantStateName
from shared.field.money import LIMIT_FEN
from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, Note, Prose
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.reasons import ReasonOut

PaperNumber = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z./-]{0,59}$"), AfterValidator(check_no_personal_number)
]
"""The number of a paper: letters and digits, so no name, and no person's number."""
_Positive = Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)]


class UseVoucherIn(Body):
    """A voucher of the use: its number and day, how much, and in a line for what; no person is named."""

    reference: PaperNumber
    on: Day
    amount_fen: _Positive
    purpose: Annotated[
        str, Field(max_length=200), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)
    ]


class UseReportIn(Note):
    """A report of a grant's use, or a supplement to those before: vouchers that were not reported yet."""

    MAX_KEYS = 500 * 5
    vouchers: Annotated[list[UseVoucherIn], Field(min_length=1, max_length=500)]

    def read(self) -> list[UseVoucher]:
        """As the rules read them."""
        return [UseVoucher(**one.model_dump()) for one in self.vouchers]


class SettlementIn(Note):
    """What was used of a grant, and how its use is graded, in a word of its scheme."""

    used_fen: Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
    grade: Annotated[str, Field(min_length=1, max_length=20), AfterValidator(normalize_text)]


class BalanceReturnIn(Body):
    """Money that came back: how much, by which slip of the bank, on which day."""

    amount_fen: _Positive
    reference: PaperNumber
    returned_on: Day


class ReversalIn(Body):
    """Why a grant is taken back, and the number of the paper that says so."""

    reason: Prose
    reference: PaperNumber


class AmendmentIn(Body):
    """The amount that a grant is to have, why, and the number of the paper that says so."""

    amount_fen: _Positive
    reason: Prose
    reference: PaperNumber


class AmendmentOut(BaseModel):
    """An amendment with both amounts; `difference_id` is what was granted beside a paid grant."""

    number: int
    state_before: GrantStateName
    from_fen: int
    to_fen: int
    reason: str
    reference: str
    difference_id: UUID | None
    amended_by: str
    amended_at: AwareDatetime


class UseVoucherOut(BaseModel):
    """A voucher of the use."""

    reference: str
    on: date
    amount_fen: int
    purpose: str


class UseReportOut(BaseModel):
    """A report of a grant's use, in its version; supplements have higher numbers."""

    number: int
    vouchers: list[UseVoucherOut]
    total_fen: int
    note: str | None
    due_on: date | None
    reported_by: str
    reported_at: AwareDatetime


class SettledOut(BaseModel):
    """The settlement of a grant: what was used, what was not, and the grade."""

    report_number: int | None
    used_fen: int
    unspent_fen: int
    grade: str
    note: str | None
    policy: str
    due_on: date | None
    settled_by: str
    settled_at: AwareDatetime


class BalanceReturnOut(BaseModel):
    """Money that came back, and its posting."""

    number: int
    amount_fen: int
    reference: str
    returned_on: date
    transaction_id: UUID
    recorded_by: str
    recorded_at: AwareDatetime


class GrantSettlementOut(BaseModel):
    """A grant after its payment: what is required by when, reports of its use, its settlement, what came back."""

    grant_id: UUID
    state: GrantStateName
    settlement_state: SettlementState | None
    amount_fen: int
    use_report_due_on: date | None
    settlement_due_on: date | None
    return_due_fen: int
    return_due_on: date | None
    returned_fen: int
    use_reports: list[UseReportOut]
    settlement: SettledOut | None
    returns: list[BalanceReturnOut]
    amendments: list[AmendmentOut]
    reasons: list[ReasonOut]
    version: int


_OWN = ("R-after-payment", "R-use-report", "R-settlement", "R-balance-return", "R-reversal", "R-amendment")


def file_out(
    grant: Mapping[str, Any],
    reports: list[dict[str, Any]],
    settlement: dict[str, Any] | None,
    returns: list[dict[str, Any]],
    amendments: list[dict[str, Any]],
) -> GrantSettlementOut:
    """What is stored; of the grant's reasons those of its end."""
    reasons = [one for one in grant["reasons"] if one["rule"] in _OWN]
    return GrantSettlementOut.model_validate(
        {
            **grant,
            "grant_id": grant["id"],
            "reasons": reasons,
            "use_reports": reports,
            "settlement": settlement,
            "returns": returns,
            "amendments": amendments,
        }
    )
