"""Funding's documents."""

from services.funding.documents.schemas import FundingDocumentBody
from shared.web.documents.routes import create_documents
from shared.web.identity.permissions import Permission

router = create_documents(Permission.GRANTS_READ, FundingDocumentBody)
