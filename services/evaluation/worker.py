"""Evaluation's worker."""

from services.evaluation.consumers import HANDLERS
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.web.worker import create_service_worker


def create_worker(settings: ServiceSettings, database: Database) -> Worker:
    """The relay and the consumer."""
    return create_service_worker(settings, database, HANDLERS)
