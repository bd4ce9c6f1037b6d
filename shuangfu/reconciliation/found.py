"""What a check needs, and what it finds."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from shared.bus.handlers import Handlers
from shared.db.session import Database

EXAMPLES = 5
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class House:
    """All services' databases, as the system sees them, and what each handles."""

    databases: Mapping[str, Database]
    handlers: Mapping[str, Handlers]
    anchors: Mapping[str, Path | None]
    grace_seconds: float
    """What happened later than so long ago may still be on its way."""


@dataclass(slots=True)
class Finding:
    """One check of one service: how much was compared, how much differs, a few of it, and what to do."""

    check: str
    service: str
    compared: int
    differ: int = 0
    examples: list[str] = field(default_factory=list)
    advice: str = ""

    def add(self, examples: Iterable[object], *, count: int | None = None) -> None:
        """Note what differs; only the first few are named."""
        found = [str(one) for one in examples]
        self.differ += len(found) if count is None else count
        self.examples = [*self.examples, *found][:EXAMPLES]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a comparison: its key, its content in one text, and the aggregates that may have changed it."""

    id: UUID
    content: str
    subjects: frozenset[str]


async def stream(database: Database, statement: str) -> AsyncIterator[Row]:
    """Rows of `SELECT id, content, subjects … ORDER BY id`, a part at a time."""
    async with database.transaction() as tx:
        async for row in tx.driver.cursor(statement, prefetch=CHUNK):
            subjects = frozenset(str(subject) for subject in row["subjects"] if subject is not None)
            yield Row(row["id"], row["content"], subjects)


async def compare(left: AsyncIterator[Row], right: AsyncIterator[Row]) -> tuple[int, dict[str, frozenset[str]]]:
    """Merge two sides sorted by id; returns how many ids there are, and the subjects of those that differ."""
    compared = 0
    differ: dict[str, frozenset[str]] = {}
    one, other = await anext(left, None), await anext(right, None)
    while one is not None or other is not None:
        compared += 1
        if one is not None and (other is None or one.id < other.id):
            differ[str(one.id)] = one.subjects
            one = await anext(left, None)
        elif other is not None and (one is None or other.id < one.id):
            differ[str(other.id)] = other.subjects
            other = await anext(right, None)
        elif one is not None and other is not None:
            if one.content != other.content:
                differ[str(one.id)] = one.subjects | other.subjects
            one, other = await anext(left, None), await anext(right, None)
    return compared, differ


_MOVING = """
SELECT DISTINCT subject FROM outbox
WHERE subject = ANY($1::text[]) AND occurred_at > now() - make_interval(secs => $2)
"""


async def settled(source: Database, differ: Mapping[str, frozenset[str]], grace_seconds: float) -> Sequence[str]:
    """Those differences that no event of the last moments explains: it may not have arrived yet."""
    subjects = sorted({subject for found in differ.values() for subject in found})
    if not subjects:
        return []
    async with source.transaction() as tx:
        rows = await tx.driver.fetch(_MOVING, subjects, grace_seconds)
    moving = {row["subject"] for row in rows}
    return sorted(key for key, found in differ.items() if not found & moving)
