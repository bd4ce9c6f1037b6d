"""What a drafter gives for evaluation's documents."""

from shared.documents.kinds import EvaluationDocument
from shared.web.documents.schemas import DocumentBody


class EvaluationDocumentBody(DocumentBody):
    """What document about which consequence."""

    kind: EvaluationDocument
