"""Evaluation's worker."""

from functools import partial

from services.evaluation.consumers import HANDLERS
from services.evaluation.openings.reference_dates import watch_reference_dates
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.web.worker import create_service_worker


def create_worker(settings: ServiceSettings, database: Database) -> Worker:
    """The relay, the consumer, and what brings cycles up to date on their reference dates."""
    return create_service_worker(settings, database, HANDLERS, [partial(watch_reference_dates, database)])
