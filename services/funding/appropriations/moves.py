"""What moves between appropriations: figures, successors and reasons of several of them, written in one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.base import columns_of, to_json
from shared.db.session import Record, Transaction

_FIGURES = ("paid_fen", "committed_fen", "carried_fen", "carried_out_fen", "lapsed_fen")
_WRITE = text(
    f"UPDATE appropriations AS t SET {', '.join(f'{name} = t.{name} + u.{name}' for name in _FIGURES)}, "  # noqa: S608 - fixed
    "successor_id = COALESCE(t.successor_id, u.successor_id), reasons = t.reasons || CAST(u.reasons AS jsonb), "
    "version = t.version + 1, changed_at = :now FROM unnest(CAST(:id AS uuid[]), "
    f"{', '.join(f'CAST(:{name} AS bigint[])' for name in _FIGURES)}, CAST(:successor_id AS uuid[]), "
    f"CAST(:reasons AS text[])) AS u(id, {', '.join(_FIGURES)}, successor_id, reasons) WHERE t.id = u.id"
)


class Moves:
    """Changes by appropriation, which add up: the same one may be named several times."""

    def __init__(self) -> None:
        self._changes: dict[UUID, Record] = {}

    def add(
        self, appropriation: UUID, *, reason: Mapping[str, Any] | None = None, to: UUID | None = None, **fen: int
    ) -> None:
        """Add fen to its figures by their columns, and a reason; `to` is its successor, if it has none yet."""
        nothing: Record = {"id": appropriation, **dict.fromkeys(_FIGURES, 0), "successor_id": None, "reasons": []}
        change = self._changes.setdefault(appropriation, nothing)
        for name, amount in fen.items():
            change[name] += amount
        if reason is not None:
            change["reasons"].append(reason)
        change["successor_id"] = to or change["successor_id"]

    async def write(self, tx: Transaction, now: datetime) -> None:
        """Write them, in the caller's scope; the appropriations are locked."""
        rows = [{**one, "reasons": to_json(one["reasons"])} for _, one in sorted(self._changes.items())]
        if rows:
            names = ("id", *_FIGURES, "successor_id", "reasons")
            await tx.execute(_WRITE, {**columns_of(rows, names), "now": now})
