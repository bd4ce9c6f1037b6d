"""Compares anchors with the trail, and with a copy that is kept elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import text

from shared.audit.anchor_lines import Anchor
from shared.audit.trail import Finding
from shared.db.session import Database

HEADS_A_QUERY = 5000
_NOT_IN_THE_TRAIL = text(
    "SELECT u.division, u.number, u.anchored_at, l.hash IS NULL AS gone "
    "FROM unnest(CAST(:d AS text[]), CAST(:n AS bigint[]), CAST(:h AS text[]), CAST(:t AS bigint[])) "
    "AS u(division, number, digest, anchored_at) "
    "LEFT JOIN audit_log l ON l.division = u.division AND l.number = u.number "
    "WHERE l.hash IS NULL OR encode(l.hash, 'hex') <> u.digest ORDER BY u.division, u.number"
)


@dataclass(frozen=True, slots=True)
class _Head:
    division: str
    number: int
    digest: str
    at: int


async def verify_anchors(database: Database, anchors: Iterable[Anchor]) -> list[Finding]:
    """Check that every anchored head is still in the trail, number and hash.

    Of each division and kind the first place is reported, with the number of further ones: a chain that was rewritten
    from years ago has as many as it has anchors. Each lot has a transaction of its own: none is idle while files are
    read.
    """
    first: dict[tuple[str, str], Finding] = {}
    more: dict[tuple[str, str], int] = {}
    heads = _moved_heads(anchors)
    while lot := list(islice(heads, HEADS_A_QUERY)):
        for finding in await _compare(database, lot):
            place = finding.division, finding.kind
            known = first.get(place)
            more[place] = more.get(place, -1) + 1
            first[place] = finding if known is None or finding.number < known.number else known
    return [_with_count(first[place], more[place]) for place in sorted(first)]


def _moved_heads(anchors: Iterable[Anchor]) -> Iterator[_Head]:
    """Heads that differ from those of the anchor before: most divisions do not change between two anchors."""
    before: dict[str, tuple[int, str]] = {}
    for anchor in anchors:
        for division, (number, digest) in anchor.heads.items():
            if number and before.get(division) != (number, digest):
                yield _Head(division, number, digest, anchor.at)
        before = anchor.heads


async def _compare(database: Database, heads: list[_Head]) -> list[Finding]:
    columns = {
        "d": [head.division for head in heads],
        "n": [head.number for head in heads],
        "h": [head.digest for head in heads],
        "t": [head.at for head in heads],
    }
    async with database.transaction() as tx:
        rows = await tx.rows(_NOT_IN_THE_TRAIL, columns)
    return [
        Finding(
            row.division,
            row.number,
            "truncated" if row.gone else "rewritten",
            f"an anchor of {datetime.fromtimestamp(row.anchored_at).astimezone().isoformat()} says otherwise",
        )
        for row in rows
    ]


def _with_count(finding: Finding, more: int) -> Finding:
    return replace(finding, detail=f"{finding.detail}, and {more} more") if more else finding


def differs_from_copy(local: Path, copy: Path) -> str | None:
    """Where a file differs from its copy; None where it begins with all that the copy has.

    The file may have grown since it was copied. A last line that the copying cut in two does not count.
    """
    if not copy.exists():
        return f"the copy has no {copy.name}"
    if not local.exists():
        return f"{local.name} is missing, and the copy has one"
    with local.open("rb") as ours, copy.open("rb") as theirs:
        for number, line in enumerate(theirs, 1):
            if not line.endswith(b"\n"):
                return None
            mine = ours.readline()
            if mine == line:
                continue
            if mine.endswith(b"\n"):
                return f"{local.name}, line {number}: the copy has another one there"
            return f"{local.name} ends before line {number}, which the copy has: it was cut"
    return None
