"""The register of dues as clients see and send it: totals, nobody's own dues."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.funding.dues.rules import DuesState
from shared.field.money import LIMIT_FEN
from shared.field.names import normalize_line
from shared.problems.inputs import Body
from shared.problems.personal_numbers import check_no_personal_number

Total = Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
Year = Annotated[int, Field(ge=1949, le=9999, strict=True)]
Reference = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"),
    AfterValidator(normalize_line),
    AfterValidator(check_no_personal_number),
]


class DuesIn(Body):
    """What a Party organization collected, remitted upward and retained in a quarter; `corrects`: in whose place."""

    party_organization_id: UUID
    year: Year
    quarter: Annotated[int, Field(ge=1, le=4, strict=True)]
    collected_fen: Total
    remitted_fen: Total
    retained_fen: Total
    interest_fen: Total = 0
    voucher: Reference
    bank_line: Reference
    corrects: UUID | None = None


class DuesOut(BaseModel):
    """A quarter's totals, and who answers for them."""

    id: UUID
    party_organization_id: UUID
    division: str
    year: int
    quarter: int
    collected_fen: int
    remitted_fen: int
    retained_fen: int
    interest_fen: int
    voucher: str
    bank_line: str
    state: DuesState
    corrects: UUID | None
    version: int
    entered_by: str
    entered_at: AwareDatetime
    certified_by: str | None
    certified_at: AwareDatetime | None
    certified_note: str | None


class RefundIn(Body):
    """A year's dues are claimed back, with the list and the slip of the bank."""

    party_organization_id: UUID
    year: Year
    list_reference: Reference
    bank_slip: Reference


class RefundOut(BaseModel):
    """The grant that refunds; its steps are those of every grant."""

    grant_id: UUID
    party_organization_id: UUID
    year: int


def dues_out(row: Mapping[str, Any]) -> DuesOut:
    """A stored statement."""
    return DuesOut.model_validate(dict(row))
