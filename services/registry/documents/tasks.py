"""What waits of the registry's documents."""

from shared.web.documents.tasks import WAITING

__all__ = ["WAITING"]
