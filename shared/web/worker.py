"""The worker factory: a service's background half, with the maintenance that its HTTP side needs."""

from collections.abc import Sequence
from functools import partial

from shared.bus.handlers import Handlers
from shared.bus.maintenance import MaintenanceTask
from shared.bus.worker import Job, Worker
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.web.once import forget_old_keys


def create_service_worker(
    settings: ServiceSettings,
    database: Database,
    handlers: Handlers,
    jobs: Sequence[Job] = (),
    *,
    maintenance: Sequence[MaintenanceTask] = (),
) -> Worker:
    """Relay, consumer, maintenance, and the service's own jobs and maintenance."""
    forget_keys = partial(forget_old_keys, days=settings.idempotency_days)
    return Worker(settings, database, handlers, jobs, maintenance=[forget_keys, *maintenance])
