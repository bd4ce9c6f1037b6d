"""Reads what the four services' databases hold, as their administrator, for the checker to judge."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import asyncpg

from services.evaluation import consumers as evaluation
from services.funding import consumers as funding
from services.incubation import consumers as incubation
from services.registry import consumers as registry
from shared.contracts.catalog import CATALOG, SERVICES
from shared.db.urls import driver_url

_NO_POLICIES = cast(Any, None)  # bound to the handlers, and never called here
HANDLERS = {
    "registry": registry.HANDLERS,
    "incubation": incubation.make_handlers(_NO_POLICIES),
    "evaluation": evaluation.HANDLERS,
    "funding": funding.make_handlers(_NO_POLICIES),
}
SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    kind: tuple(service for service in SERVICES if HANDLERS[service].of(kind) is not None) for kind in CATALOG
}
"""Event type → the services that handle it, from the services' own tables."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A message as it lies on the broker."""

    topic: str
    partition: int
    offset: int
    event_id: UUID
    subject: str
    sequence: int


@dataclass
class Observed:
    """Rows by service."""

    outbox: dict[str, list[asyncpg.Record]] = field(default_factory=dict)
    inbox: dict[str, dict[UUID, asyncpg.Record]] = field(default_factory=dict)
    letters: dict[str, list[asyncpg.Record]] = field(default_factory=dict)

    def events(self) -> Sequence[asyncpg.Record]:
        """Every committed event."""
        return [row for rows in self.outbox.values() for row in rows]

    def waiting(self) -> list[str]:
        """Events that are not published, or that a subscriber has not claimed."""
        found = [f"{row['id']} {row['type']} unpublished" for row in self.events() if row["published_at"] is None]
        for row in self.events():
            for consumer in SUBSCRIBERS.get(row["type"], ()):
                if row["id"] not in self.inbox[consumer]:
                    found.append(f"{row['id']} {row['type']} {row['subject']} v{row['sequence']} not in {consumer}")
        return found

    def put_aside(self, service: str) -> set[str]:
        """Subjects of which a service put an event aside: its projection of them may lag behind."""
        ids = {row["event_id"] for row in self.letters[service]}
        return {row["subject"] for row in self.events() if row["id"] in ids}


@asynccontextmanager
async def connected(databases: Mapping[str, str]) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """An administrator's connection to each database."""
    async with AsyncExitStack() as stack:
        found = {}
        for service, url in databases.items():
            found[service] = await asyncpg.connect(driver_url(url), timeout=20, command_timeout=120)
            stack.push_async_callback(found[service].close, timeout=5)
            if not await found[service].fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
                raise ValueError(f"the checker needs an administrator's URL of {service}: it must see every row")
        yield found


async def observe(connections: Mapping[str, asyncpg.Connection]) -> Observed:
    """The bus's tables of every service."""
    observed = Observed()
    for service, connection in connections.items():
        observed.outbox[service] = await connection.fetch(
            "SELECT seq, id, type, subject, sequence, key, division, causation_id, published_at, position FROM outbox "
            "ORDER BY seq"
        )
        rows = await connection.fetch("SELECT event_id, claimed_at, tx::text::bigint AS tx FROM inbox")
        observed.inbox[service] = {row["event_id"]: row for row in rows}
        observed.letters[service] = await connection.fetch(
            "SELECT id, event_id, consumer, type, reason, state FROM dead_letters"
        )
    return observed
