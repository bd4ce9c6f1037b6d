"""Reads what the four services' databases hold, as their administrator, for the checker to judge."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from shared.urls import driver_url
from tests.faults.rig.subscribers import SUBSCRIBERS


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

    def waiting(self, lost: Collection[UUID] = ()) -> list[str]:
        """Events that are not published, or that a subscriber has not claimed; but for those given up for lost."""
        events = [row for row in self.events() if row["id"] not in lost]
        found = [f"{row['id']} {row['type']} unpublished" for row in events if row["published_at"] is None]
        for row in events:
            for consumer in SUBSCRIBERS.get(row["type"], ()):
                if row["id"] not in self.inbox[consumer]:
                    found.append(f"{row['id']} {row['type']} {row['subject']} v{row['sequence']} not in {consumer}")
        return found

    def unknown_types(self) -> set[str]:
        """Types of which nobody wrote down who is to consume them."""
        return {row["type"] for row in self.events()} - SUBSCRIBERS.keys()

    def put_aside(self, service: str) -> set[UUID]:
        """Events that a service dead-lettered, and has not handled since: their effects are not there."""
        return {row["event_id"] for row in self.letters[service] if row["state"] != "retried"}

    def behind(self, service: str) -> set[str]:
        """Subjects whose newest event a service dead-lettered: what it knows of them is older."""
        aside = self.put_aside(service)
        newest = {row["subject"]: row["id"] for row in sorted(self.events(), key=lambda event: event["sequence"])}
        return {subject for subject, event_id in newest.items() if event_id in aside}

    def claimed(self, service: str, *types: str) -> Sequence[asyncpg.Record]:
        """Events of these types that a service says it has handled."""
        claims, aside = self.inbox[service], self.put_aside(service)
        return [r for r in self.events() if r["type"] in types and r["id"] in claims and r["id"] not in aside]


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
