"""Funding's background half."""

from services.funding.consumers import make_handlers
from services.funding.schemes.parameters import read_schemes
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import ServiceSettings


def create_worker(settings: ServiceSettings, database: Database) -> Worker:
    """Relay and consumer; the schemes are read once, so a changed policy needs a restart."""
    return Worker(settings, database, make_handlers(read_schemes(settings.policies)))
