"""What clients were answered on their writes, and whether the databases agree."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

import asyncpg


class Outcome(Enum):
    """How a write ended for its client."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    """Answered with a problem that says: nothing happened."""
    UNKNOWN = "unknown"
    """The client gave up without an answer: once or not at all, both are right."""


# What a write of each kind leaves behind, once: one row a trace.
_TRACES = {
    "registration": (
        "registry",
        """
        SELECT data->>'uscc' || '@' || extract(epoch FROM (data->>'as_of')::timestamptz)::bigint AS ref FROM outbox
        WHERE type LIKE 'shuangfu.registry.organization.%'
        """,
    ),
    "approval": (
        "incubation",
        "SELECT data->>'decision_id' AS ref FROM outbox WHERE type LIKE 'shuangfu.incubation.party_organization.%'",
    ),
    "completion": (
        "evaluation",
        "SELECT subject AS ref FROM outbox WHERE type = 'shuangfu.evaluation.evaluation.completed.v1'",
    ),
    "grant_step": ("funding", "SELECT grant_id || ':' || step AS ref FROM grant_steps"),
}


def registration_ref(uscc: str, as_of: datetime) -> str:
    """A registration's name in the log: its code, and the instant that no other write of the code has."""
    return f"{uscc}@{int(as_of.timestamp())}"


@dataclass
class ClientLog:
    """Every write that clients sent: (kind, reference) and how it ended. References are unique to one write."""

    writes: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    def note(self, kind: str, reference: str, outcome: Outcome) -> None:
        """Keep an outcome; a later one (a retry's) takes the place of an earlier."""
        assert kind in _TRACES, kind
        self.writes[kind, reference] = outcome

    def count(self, outcome: Outcome) -> int:
        """How many writes ended so."""
        return sum(1 for found in self.writes.values() if found is outcome)


@dataclass
class Verdict:
    """What the databases say of the log."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not there."""
    doubled: list[str] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)
    """Refused, and there all the same."""


async def compare(log: ClientLog, connections: Mapping[str, asyncpg.Connection]) -> Verdict:
    """Acknowledged writes are there once, refused ones are not, unknown ones once at most."""
    verdict = Verdict()
    traces: dict[str, Counter[str]] = {}
    for kind, (service, statement) in _TRACES.items():
        if any(found == kind for found, _ in log.writes):
            traces[kind] = Counter(row["ref"] for row in await connections[service].fetch(statement))
    for (kind, reference), outcome in log.writes.items():
        times = traces[kind][reference]
        if outcome is Outcome.ACKNOWLEDGED and times == 0:
            verdict.lost.append(f"{kind} {reference}")
        if outcome is Outcome.REFUSED and times > 0:
            verdict.ghosts.append(f"{kind} {reference}")
        if times > 1:
            verdict.doubled.append(f"{kind} {reference} ×{times}")
    return verdict
