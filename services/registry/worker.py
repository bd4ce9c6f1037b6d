"""The registry's background half."""

from functools import partial

from services.registry.consumers import HANDLERS
from services.registry.imports.runner import run_imports
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings


def create_worker(settings: ServiceSettings, database: Database) -> Worker:
    """Relay, consumer, and the import runner."""
    return Worker(settings, database, HANDLERS, [partial(run_imports, database, settings)])
