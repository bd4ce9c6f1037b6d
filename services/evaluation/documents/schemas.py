"""What a drafter gives for evaluation's documents."""

from typing import Annotated

from pydantic import Field

from shared.documents.kinds import EvaluationDocument
from shared.web.documents.schemas import DocumentBody


class EvaluationDocumentBody(DocumentBody):
    """What document about which consequence, cycle or publication."""

    kind: EvaluationDocument
    part: Annotated[int | None, Field(ge=1, le=1000, strict=True)] = None
    """star_notification, public_notice: which part of a long list; the first one by default."""
