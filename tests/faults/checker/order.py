"""I4: versions come without gap and in their order: as written, as they lie on the broker, as they are consumed."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.faults.checker.observed import Observed, Wire


def broken_versions(observed: Observed) -> list[str]:
    """Aggregates whose versions are not 1, 2, 3 …"""
    found = []
    for service, rows in observed.outbox.items():
        versions: dict[str, list[int]] = defaultdict(list)
        for row in rows:
            versions[row["subject"]].append(row["sequence"])
        found += [
            f"{service} {subject}: {sorted(numbers)}"
            for subject, numbers in versions.items()
            if sorted(numbers) != list(range(1, len(numbers) + 1))
        ]
    return found


def consumed_late(observed: Observed) -> list[str]:
    """Versions whose transaction began before that of the version below them.

    A coarse look: what happens while two of them overlap only a handler can tell, which holds the row (see F7).
    """
    found = []
    for consumer, claims in observed.inbox.items():
        last: dict[str, Any] = {}
        for row in sorted(observed.events(), key=lambda event: event["sequence"]):
            claim = claims.get(row["id"])
            if claim is None:
                continue
            if row["subject"] in last and claim["claimed_at"] < last[row["subject"]]:
                found.append(f"{consumer}: {row['subject']} v{row['sequence']} before the version below it")
            last[row["subject"]] = claim["claimed_at"]
    return found


def logged_late(wire: Sequence[Wire]) -> list[str]:
    """Versions that lie behind a higher one. What lies there again is no new version."""
    found = []
    seen: dict[tuple[str, str], int] = {}
    met: set[UUID] = set()
    for message in sorted(wire, key=lambda m: (m.topic, m.partition, m.offset)):
        if message.event_id in met:
            continue
        met.add(message.event_id)
        before = seen.get((message.topic, message.subject), 0)
        if message.sequence <= before:
            found.append(f"{message.topic} {message.subject}: v{message.sequence} after v{before}")
        seen[message.topic, message.subject] = message.sequence
    return found


def scattered(wire: Sequence[Wire]) -> list[str]:
    """Aggregates whose versions lie on several partitions: no order holds between those."""
    places: dict[tuple[str, str], set[int]] = defaultdict(set)
    for message in wire:
        places[message.topic, message.subject].add(message.partition)
    return [f"{topic} {subject}: {sorted(found)}" for (topic, subject), found in places.items() if len(found) > 1]
