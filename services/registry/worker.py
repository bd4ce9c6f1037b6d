"""The registry's background processes."""

from functools import partial

from services.registry.consumers import HANDLERS
from services.registry.imports.queries import forget_files
from services.registry.imports.runner import run_imports
from services.registry.policies import read_words
from services.registry.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """Relay, consumer, and the import runner. Reads the policies."""
    words = read_words(settings.policies, REPOSITORY_POLICIES)
    return create_service_worker(
        settings,
        database,
        HANDLERS,
        [partial(run_imports, database, settings, words)],
        maintenance=[partial(forget_files, days=settings.import_file_days)],
    )
