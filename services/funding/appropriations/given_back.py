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
from services.funding.appropriations.rules import goes_on, next_open
from shared.db.base import columns_of, to_json
from shared.db.session import Record, Transaction

_CLOSED = text(
    "SELECT a.id, a.code, a.year, a.reasons, n.id AS next_id, n.year AS next_year, n.state AS next_state "
    "FROM appropriations a LEFT JOIN appropriations n ON (n.division, n.level, n.source, n.purpose) = "
    "(a.division, a.level, a.source, a.purpose) AND n.year > a.year AND n.state <> 'entered' "
    "WHERE a.state = 'closed' AND a.id = ANY(CAST(:ids AS uuid[])) ORDER BY a.id, n.year"
)
_FIGURES = ("carried_fen", "carried_out_fen", "lapsed_fen")
_CHANGE = text(
    f"UPDATE appropriations AS t SET {', '.join(f'{name} = t.{name} + u.{name}' for name in _FIGURES)}, "  # noqa: S608 - fixed
    "successor_id = COALESCE(t.successor_id, u.successor_id), reasons = t.reasons || CAST(u.reasons AS jsonb), "
    "version = t.version + 1, changed_at = :now FROM unnest(CAST(:id AS uuid[]), "
    f"{', '.join(f'CAST(:{name} AS bigint[])' for name in _FIGURES)}, CAST(:successor_id AS uuid[]), "
    f"CAST(:reasons AS text[])) AS u(id, {', '.join(_FIGURES)}, successor_id, reasons) WHERE t.id = u.id"
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
    changes: dict[UUID, Record] = {}
    for key, fen in sorted(back.items()):
        way = [key, *closed.ways[key]]
        facts: dict[str, object] = {"carried_fen": fen if closed.ways[key] else 0}
        facts["lapsed_fen"] = fen - int(str(facts["carried_fen"]))
        outcome = "given_back_carried" if closed.ways[key] else "given_back_lapsed"
        _add(changes, key, "lapsed_fen", 0 if closed.ways[key] else fen)
        changes[key]["reasons"].append(reason_of("R-budget-close", outcome, facts, now))
        for before, after in pairwise(way):
            _add(changes, before, "carried_out_fen", fen)
            changes[before]["successor_id"] = after
            _add(changes, after, "carried_fen", fen)
            carried: dict[str, object] = {"from": closed.codes[key], "carried_fen": fen, "committed_fen": 0}
            changes[after]["reasons"].append(reason_of("R-budget-close", "carried_in", carried, now))
    names = ("id", *_FIGURES, "successor_id", "reasons")
    rows = [{**one, "reasons": to_json(one["reasons"])} for _, one in sorted(changes.items())]
    if rows:
        await tx.execute(_CHANGE, {**columns_of(rows, names), "now": now})


def _add(changes: dict[UUID, Record], key: UUID, name: str, fen: int) -> None:
    nothing: Record = {"id": key, **dict.fromkeys(_FIGURES, 0), "successor_id": None, "reasons": []}
    changes.setdefault(key, nothing)[name] += fen
