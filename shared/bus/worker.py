"""A service's background half: its relay, its consumer, and whatever jobs it has."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from shared.audit.anchoring import keep_anchoring
from shared.bus.handlers import Handlers
from shared.bus.maintenance import MaintenanceTask, keep_maintaining
from shared.bus.parts import Parts
from shared.bus.receiving.consumer import Consumer
from shared.bus.sampling import BusSample
from shared.bus.sending.housekeeping import keep_outbox_days
from shared.bus.sending.relay import Relay
from shared.bus.transports.kafka import Kafka
from shared.bus.transports.postgres_log import PostgresLog
from shared.bus.transports.transport import Transport
from shared.contracts.catalog import topics_of
from shared.db.session import Database
from shared.settings import ServiceSettings
from shared.telemetry.error_text import describe_error
from shared.telemetry.sampling import keep_sampling

log = structlog.get_logger(__name__)

Job = Callable[[], Coroutine[Any, Any, None]]
"""Runs until cancelled. It is started without the bus, which may be unavailable."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part's health, by name."""

    name: str
    ok: bool
    detail: str = ""


def make_transport(settings: ServiceSettings) -> Transport:
    """The transport that the settings name."""
    if settings.bus == "kafka":
        assert settings.kafka_bootstrap is not None
        return Kafka(
            settings.kafka_bootstrap,
            partitions=settings.kafka_partitions,
            replication=settings.kafka_replication,
            prefix=settings.kafka_prefix,
        )
    assert settings.bus_database_url is not None
    return PostgresLog(settings.bus_database_url)


class Worker:
    """Starts in the background (a broker that is unavailable only delays it) and stops cleanly."""

    def __init__(
        self,
        settings: ServiceSettings,
        database: Database,
        handlers: Handlers,
        jobs: Sequence[Job] = (),
        *,
        maintenance: Sequence[MaintenanceTask] = (),
    ) -> None:
        """`maintenance`: what is done every hour besides the outbox's own days."""
        self.settings = settings
        self.database = database
        self.handlers = handlers
        self._transport = make_transport(settings)
        self._jobs = tuple(jobs)
        keep_days = partial(keep_outbox_days, service=settings.service, replay_days=settings.replay_days)
        self._maintenance: tuple[MaintenanceTask, ...] = (keep_days, *maintenance)
        self._tasks: list[asyncio.Task[None]] = []
        self._prepared = False
        self.relay = Relay(
            settings.service,
            settings.database_url,
            self._transport,
            batch_size=settings.batch_size,
            poll_seconds=settings.poll_seconds,
        )
        self.consumer = Consumer(
            settings.service,
            database,
            self._transport,
            handlers,
            batch_size=settings.batch_size,
            poll_seconds=settings.poll_seconds,
            stall_seconds=settings.stall_seconds,
            attempts=settings.delivery_attempts,
        )

        self._parts = Parts(settings.service, self._transport, database)
        self._sample = BusSample(settings.service, database)

    def start(self) -> None:
        """Start the background tasks; returns at once."""
        self._tasks = []
        for name, part in {"worker": self._run(), **self._without_bus()}.items():
            task = asyncio.create_task(part, name=f"{name}:{self.settings.service}")
            task.add_done_callback(_log_failure)
            self._tasks.append(task)

    def _without_bus(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What does not wait for the bus: its absence has to be reported, and the database grows meanwhile."""
        settings, sample = self.settings, self._sample
        often = min(5.0, settings.stall_seconds / 4)
        parts = {
            "parts": self._parts.watch(self.consumer.progress, often),
            "sample": keep_sampling(settings.service, "bus", settings.sample_seconds, sample.read, sample.forget),
            "maintenance": keep_maintaining(settings.service, self.database, self._maintenance),
            **{f"job {number}": job() for number, job in enumerate(self._jobs, 1)},
        }
        if settings.audit_anchors is not None:
            every = settings.audit_anchor_seconds
            parts["anchors"] = keep_anchoring(self.database, settings.audit_anchors, settings.service, every)
        return parts

    async def _run(self) -> None:
        await self._prepare()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.relay.run())
            group.create_task(self.consumer.run())

    async def _prepare(self) -> None:
        topics = [*topics_of(self.settings.service), *self.handlers.topics]
        while not self._prepared:
            try:
                await self._transport.start()
                await self._transport.ensure_topics(topics)
                self._prepared = True
            except Exception as error:
                log.warning("bus_not_ready", service=self.settings.service, error=describe_error(error))
                await asyncio.sleep(1)

    def live(self) -> list[Check]:
        """What a restart would help with: a task that ended, a consumer that has stalled."""
        running = all(not task.done() for task in self._tasks)
        progress = self.consumer.progress
        return [
            Check("worker", running, "" if running else "a background task ended"),
            Check(
                "consumer",
                progress.healthy,
                "" if progress.healthy else f"lag {progress.lag}, unmoved for {progress.standing_seconds:.0f} s",
            ),
        ]

    def ready(self) -> list[Check]:
        """Whether it does its work now."""
        failing = self.relay.failing_since is not None
        unavailable = self._parts.unavailable.get("bus", "" if self._prepared else "topics are not there yet")
        return [
            Check("bus", not unavailable, unavailable),
            Check("relay", not failing, "publishing fails" if failing else ""),
        ]

    async def stop(self) -> None:
        """Cancel, and wait until connections are closed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._transport.close()


def _log_failure(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        # Liveness fails from now on: this line says why.
        log.error("background_task_failed", task=task.get_name(), error=describe_error(error), exc_info=error)
