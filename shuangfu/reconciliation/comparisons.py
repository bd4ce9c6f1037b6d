"""What a service keeps of another's data, row by row against what that service has."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.db.session import Database
from shared.reconciliation import Comparison
from shuangfu.reconciliation.found import CHUNK, Finding, Inputs
from shuangfu.services import Service, load

_RECENT = """
SELECT DISTINCT subject FROM outbox
WHERE subject = ANY($1::text[]) AND occurred_at > now() - make_interval(secs => $2)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a side: its id, its content in one text, and the aggregates whose events may have changed it."""

    id: UUID
    content: str
    subjects: frozenset[str]


async def check_comparisons(inputs: Inputs, service: str) -> list[Finding]:
    """Every comparison that the service declares."""
    return [await _check(inputs, service, one) for one in inputs.services[service].reconciliation.comparisons]


async def _check(inputs: Inputs, service: str, declared: Comparison) -> Finding:
    source = inputs.databases[declared.source]
    theirs = load(declared.source).reconciliation.published[declared.published]
    compared, differing = await _merge(
        _stream(source, theirs, declared.content),
        _stream(inputs.databases[service], declared.rows, declared.content),
    )
    finding = Finding(f"{declared.name} as in {declared.source}", service, compared)
    finding.add(await _unexplained(source, differing, inputs.grace_seconds))
    if finding.differ:
        finding.advice = _advice(inputs.services[service])
    return finding


async def _stream(database: Database, rows: str, content: str) -> AsyncIterator[Row]:
    """A side's rows, ordered by id."""
    statement = f"SELECT t.id, ({content})::text AS content, t.subjects FROM ({rows}) AS t ORDER BY t.id"  # noqa: S608
    async with database.transaction() as tx:
        async for row in tx.driver.cursor(statement, prefetch=CHUNK):
            subjects = frozenset(str(subject) for subject in row["subjects"] if subject is not None)
            yield Row(row["id"], row["content"], subjects)


async def _merge(left: AsyncIterator[Row], right: AsyncIterator[Row]) -> tuple[int, dict[str, frozenset[str]]]:
    """Merge two sides ordered by id; returns how many ids there are, and the subjects of those that differ, by id."""
    compared = 0
    differing: dict[str, frozenset[str]] = {}
    one, other = await anext(left, None), await anext(right, None)
    while one is not None or other is not None:
        compared += 1
        if one is not None and (other is None or one.id < other.id):
            differing[str(one.id)] = one.subjects
            one = await anext(left, None)
        elif other is not None and (one is None or other.id < one.id):
            differing[str(other.id)] = other.subjects
            other = await anext(right, None)
        elif one is not None and other is not None:
            if one.content != other.content:
                differing[str(one.id)] = one.subjects | other.subjects
            one, other = await anext(left, None), await anext(right, None)
    return compared, differing


async def _unexplained(
    source: Database, differing: Mapping[str, frozenset[str]], grace_seconds: float
) -> Sequence[str]:
    """The ids of those differences that no recent event of the source explains: it may not have arrived yet."""
    subjects = sorted({subject for found in differing.values() for subject in found})
    if not subjects:
        return []
    async with source.transaction() as tx:
        rows = await tx.driver.fetch(_RECENT, subjects, grace_seconds)
    recent = {row["subject"] for row in rows}
    return sorted(key for key, found in differing.items() if not found & recent)


def _advice(service: Service) -> str:
    name = service.name
    if service.projections:
        return f"`shuangfu replay --service {name} --from beginning --dry-run`, then without --dry-run"
    return f"`shuangfu dead-letters list --service {name}`; does its worker run? Else correct by the audit trail"
