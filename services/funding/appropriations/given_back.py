"""What a closed year gets back: it goes on with the years after it, or lapses, as the rest did when it was closed.

Locked and weighed before the caller writes anything, as charges are (`charging`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import text

from services.funding.appropriations.actions import reason_of
from services.funding.appropriations.moves import Moves
from services.funding.appropriations.rules import goes_on, next_open
from shared.db.session import Transaction

_CLOSED = text(
    "SELECT a.id, a.code, a.year, a.reasons, n.id AS next_id, n.year AS next_year, n.state AS next_state "
    "FROM appropriations a LEFT JOIN appropriations n ON (n.division, n.level, n.source, n.purpose) = "
    "(a.division, a.level, a.source, a.purpose) AND n.year > a.year AND n.state <> 'entered' "
    "WHERE a.state = 'closed' AND a.id = ANY(CAST(:ids AS uuid[])) ORDER BY a.id, n.year"
)


@dataclass(frozen=True, slots=True)
class Closed:
    """Appropriations of closed years, and by each those that what it gets back goes on to, the open one last."""

    codes: Mapping[UUID, str] = field(default_factory=dict)
    ways: Mapping[UUID, Sequence[UUID]] = field(default_factory=dict)

    @property
    def ids(self) -> set[UUID]:
        """All that may change."""
        return {*self.codes, *(one for way in self.ways.values() for one in way)}


async def find_closed(tx: Transaction, ids: Sequence[UUID]) -> Closed:
    """Which of these are of closed years. No year is closed meanwhile: the caller shares that lock."""
    rows = await tx.records(_CLOSED, {"ids": list(ids)}) if ids else []
    later: dict[UUID, list[tuple[UUID, int, str]]] = {row["id"]: [] for row in rows}
    for row in rows:
        if row["next_id"] is not None:
            later[row["id"]].append((row["next_id"], row["next_year"], row["next_state"]))
    ways = {row["id"]: next_open(row["year"], later[row["id"]]) if goes_on(row["reasons"]) else [] for row in rows}
    return Closed({row["id"]: row["code"] for row in rows}, ways)


async def pass_on(tx: Transaction, closed: Closed, back: Mapping[UUID, int], now: datetime) -> None:
    """Write what closed years got back, in fen by appropriation, in the system's scope."""
    moves = Moves()
    for key, fen in sorted(back.items()):
        way = [key, *closed.ways[key]]
        carried, lapsed = (fen, 0) if closed.ways[key] else (0, fen)
        outcome = "given_back_carried" if carried else "given_back_lapsed"
        facts: dict[str, object] = {"carried_fen": carried, "lapsed_fen": lapsed}
        moves.add(key, lapsed_fen=lapsed, reason=reason_of("R-budget-close", outcome, facts, now))
        for before, after in pairwise(way):
            moves.add(before, carried_out_fen=fen, to=after)
            facts = {"from": closed.codes[key], "carried_fen": fen, "committed_fen": 0}
            moves.add(after, carried_fen=fen, reason=reason_of("R-budget-close", "carried_in", facts, now))
    await moves.write(tx, now)
