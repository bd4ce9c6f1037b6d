"""What a drafter gives for funding's documents."""

from typing import Annotated

from pydantic import Field

from shared.documents.kinds import FundingDocument
from shared.web.documents.schemas import DocumentBody


class FundingDocumentBody(DocumentBody):
    """What document about which grant, transaction of the ledger, or refund claim."""

    kind: FundingDocument
    attachments: Annotated[int | None, Field(ge=0, le=999, strict=True)] = None
    """accounting_voucher: how many papers are attached to it."""
