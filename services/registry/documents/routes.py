"""The registry's documents."""

from services.registry.documents.schemas import RegistryDocumentBody
from shared.web.documents.routes import create_documents
from shared.web.identity.permissions import Permission

router = create_documents(Permission.REGISTRY_READ, RegistryDocumentBody)
