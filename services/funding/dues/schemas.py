"""The register of dues as clients send and see it: totals of organizations, never a person's."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.funding.dues.policies import DuesParameters
from services.funding.dues.queries import in_force
from services.funding.dues.rules import DuesState, HolderKind, Paper, Quarter
from shared.field.money import LIMIT_FEN
from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, DivisionPrefix, Prose
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.reasons import ReasonOut
from shared.web.knowledge import PolicyOut

Amount = Annotated[int, Field(ge=0, lt=LIMIT_FEN, strict=True)]
Reference = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z./-]{0,59}$"), AfterValidator(check_no_personal_number)
]
"""A number of a paper: letters and digits, so no name, and no person's number."""


class DuesPolicyOut(PolicyOut[DuesParameters]):
    """What a certified year of dues needs, and what its base is."""


class PaperIn(Body):
    """A voucher or a line of the bank: number, day and amount, of what was collected, remitted or earned."""

    kind: Literal["voucher", "bank_line"]
    of: Literal["collected", "remitted", "interest"]
    reference: Reference
    on: Day
    amount_fen: Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)]


class QuarterIn(Body):
    """A quarter's totals of an organization, a Party organization or a superior body; a correction says why."""

    holder_id: UUID
    holder_kind: HolderKind
    holder_name: Annotated[
        str, Field(max_length=200), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)
    ]
    division: DivisionPrefix
    year: Annotated[int, Field(ge=1949, le=9999, strict=True)]
    quarter: Annotated[int, Field(ge=1, le=4, strict=True)]
    collected_fen: Amount
    remitted_fen: Amount
    retained_fen: Annotated[int, Field(gt=-LIMIT_FEN, lt=LIMIT_FEN, strict=True)]
    interest_fen: Amount = 0
    papers: Annotated[list[PaperIn], Field(max_length=200, default_factory=list)]
    reason: Prose | None = None

    def totals(self) -> Quarter:
        """As the rules read it."""
        papers = [Paper(**one.model_dump()) for one in self.papers]
        amounts = (self.collected_fen, self.remitted_fen, self.retained_fen, self.interest_fen)
        return Quarter(self.quarter, *amounts, papers)


class DuesReopening(Body):
    """Why a certified year is opened again."""

    reason: Prose


class PaperOut(BaseModel):
    """A voucher or a line of the bank."""

    kind: Literal["voucher", "bank_line"]
    of: Literal["collected", "remitted", "interest"]
    reference: str
    on: date
    amount_fen: int


class QuarterOut(BaseModel):
    """A quarter as it was recorded last; `revision` above 1: it was corrected, and `reason` says why."""

    quarter: int
    revision: int
    collected_fen: int
    remitted_fen: int
    retained_fen: int
    interest_fen: int
    papers: list[PaperOut]
    reason: str | None
    entered_by: str
    entered_at: AwareDatetime


class DuesOut(BaseModel):
    """A holder's year: its quarters, and the retained base where it is certified."""

    id: UUID
    holder_id: UUID
    holder_kind: HolderKind
    holder_name: str
    division: str
    year: int
    state: DuesState
    version: int
    base_fen: int | None
    policy: str | None
    certified_by: str | None
    certified_at: AwareDatetime | None
    certified_note: str | None
    quarters: list[QuarterOut]
    reasons: list[ReasonOut]


def dues_out(row: Mapping[str, Any], revisions: Sequence[dict[str, Any]]) -> DuesOut:
    """A stored year with the quarters that are in force."""
    return DuesOut.model_validate({**row, "quarters": in_force(revisions)})
