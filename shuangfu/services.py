"""The four services by name: where the command line finds their parts."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from fastapi import FastAPI

from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.bus.worker import Worker
from shared.db.access import system_access
from shared.db.session import Database, open_database
from shared.reconciliation import Reconciliation
from shared.settings import ServiceSettings

SERVICES = ("registry", "incubation", "evaluation", "funding")


class CreateApp(Protocol):
    """`create_app` of a service."""

    def __call__(
        self, settings: ServiceSettings, *, worker: Worker | None = None, database: Database | None = None
    ) -> FastAPI:
        """See each service's app.py."""
        ...


@dataclass(frozen=True, slots=True)
class Service:
    """One service's halves, what of other services' data it keeps, and what `reconcile` checks of it."""

    name: str
    create_app: CreateApp
    create_worker: Callable[[ServiceSettings, Database], Worker]
    projections: tuple[Projection, ...]
    reconciliation: Reconciliation


def settings_kind(name: str) -> type[ServiceSettings]:
    """The settings of a service: those of all, and its own."""
    found: type[ServiceSettings] = import_module(f"services.{name}.settings").Settings
    return found


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What is imported stays: to search it for what may go, again and again, takes a fifth of the time of an import."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def load(name: str) -> Service:
    """Import a service by its name."""
    if name not in SERVICES:
        raise ValueError(f"{name} is none of {', '.join(SERVICES)}")
    with _nothing_collected():
        modules = [import_module(f"services.{name}.{one}") for one in ("app", "worker", "consumers", "reconciliation")]
    app, worker, consumers, reconciliation = modules
    return Service(name, app.create_app, worker.create_worker, consumers.PROJECTIONS, reconciliation.RECONCILIATION)


def make_worker(service: Service, settings: ServiceSettings) -> Worker:
    """A service's worker on a pool of its own, which acts as the system."""
    access = system_access(service.name, "worker")
    return service.create_worker(settings, open_database(settings, access))


def handlers_of(service: Service, settings: ServiceSettings) -> Handlers:
    """What a service does with which event. Nothing is started, and no database is connected to."""
    return service.create_worker(settings, Database(settings.database_url)).handlers
