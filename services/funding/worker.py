"""Funding's worker."""

from functools import partial

from services.funding.consumers import make_handlers
from services.funding.ledger.charts import read_charts
from services.funding.ledger.watching import watch_ledger
from services.funding.policies import read_schemes
from services.funding.settings import Settings
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.settings import REPOSITORY_POLICIES
from shared.web.worker import create_service_worker


def create_worker(settings: Settings, database: Database) -> Worker:
    """The relay, the consumer, and the ledger's check against its entries."""
    handlers = make_handlers(read_schemes(settings.policies), read_charts(settings.policies, REPOSITORY_POLICIES))
    return create_service_worker(settings, database, handlers, [partial(watch_ledger, database, settings)])
