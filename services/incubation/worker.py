"""Incubation's background half."""

from services.incubation.consumers import make_handlers
from services.incubation.policies import FormationPolicy
from shared.bus.worker import Worker
from shared.db.session import Database
from shared.field.policies import read_policies
from shared.settings import ServiceSettings
from shared.web.worker import create_service_worker


def create_worker(settings: ServiceSettings, database: Database) -> Worker:
    """Relay and consumer."""
    policies = read_policies(settings.policies, "formation", FormationPolicy)
    return create_service_worker(settings, database, make_handlers(policies))
