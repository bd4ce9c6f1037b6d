"""Evaluation's documents."""

from services.evaluation.documents.schemas import EvaluationDocumentBody
from shared.web.documents.routes import create_documents
from shared.web.identity.permissions import Permission

router = create_documents(Permission.EVALUATION_READ, EvaluationDocumentBody)
