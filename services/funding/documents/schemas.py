"""What a drafter gives for funding's documents."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from services.funding.amount_rules import Code
from services.funding.documents.performance_rules import Category
from shared.documents.kinds import FundingDocument
from shared.field.names import normalize_text
from shared.problems.inputs import Body, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number
from shared.web.documents.schemas import DocumentBody

_Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)]
_MOST = 60


class PerformanceIndicator(Body):
    """What is aimed at, and how much of it; performance_self_evaluation: what was reached, its weight and its score."""

    category: Category
    name: _Line
    target: _Line
    reached: Annotated[_Line | None, NoValueIsNone] = None
    weight: Annotated[Decimal | None, Field(gt=0, le=100, decimal_places=2)] = None
    score: Annotated[Decimal | None, Field(ge=0, le=100, decimal_places=2)] = None


class FundingDocumentBody(DocumentBody):
    """What document about which grant, transaction of the ledger, refund claim, forecast, or division."""

    kind: FundingDocument
    attachments: Annotated[int | None, Field(ge=0, le=999, strict=True)] = None
    """accounting_voucher: how many papers are attached to it."""
    year: Annotated[int | None, Field(ge=2000, le=2999, strict=True)] = None
    """performance_self_evaluation: the year of the budget."""
    scheme: Annotated[Code | None, NoValueIsNone] = None
    """performance_self_evaluation: of this scheme alone."""
    goal: Annotated[Prose | None, NoValueIsNone] = None
    """performance_bid: the goal as a whole, in words."""
    indicators: Annotated[list[PerformanceIndicator], Field(min_length=1, max_length=_MOST)] | None = None
