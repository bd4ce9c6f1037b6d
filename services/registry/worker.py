"""The registry's background processes."""

from functools import partial

from services.registry.consumers import HANDLERS
from services.registry.imports.runner import run_imports
from services.registry.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """Relay, consumer, and the import runner."""
    return create_service_worker(settings, database, HANDLERS, [partial(run_imports, database, settings)])
