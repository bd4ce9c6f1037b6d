"""Writes of the projection, set-based."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.evaluation.tables import party_organizations
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction

_COLUMNS = ("id", "name", "kind", "form", "division", "established_on", "dissolved_on", "covers", "sequence")
_KEPT = ("name", "kind", "form", "established_on", "covers")
"""What a dissolution does not tell stays as it was."""
_UPSERT = insert_list(
    party_organizations,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET division = excluded.division, dissolved_on = excluded.dissolved_on, "
    "sequence = excluded.sequence, "
    + ", ".join(f"{name} = COALESCE(excluded.{name}, party_organizations.{name})" for name in _KEPT)
    + " WHERE party_organizations.sequence < excluded.sequence RETURNING id, dissolved_on",
)


async def upsert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> list[Record]:
    """Write what is newer than what is stored; returns the ids written, and which of them ended."""
    ready = [row | {"covers": None if row["covers"] is None else to_json(row["covers"])} for row in rows]
    return await tx.records(_UPSERT, columns_of(ready, _COLUMNS)) if ready else []


_COUNT_NOT_RATED = text(
    "SELECT count(*) FROM party_organizations p JOIN cycles c "
    "ON p.division BETWEEN rpad(c.division, 6, '0') AND rpad(c.division, 6, '9') "
    "WHERE c.id = :cycle_id AND p.dissolved_on IS NULL "
    "AND NOT jsonb_exists(c.policy->'parameters'->'rated_forms', p.form)"
)


async def count_not_rated(tx: Transaction, cycle_id: UUID) -> int:
    """How many Party organizations of the cycle's division have a form that is not rated."""
    return int(await tx.scalar(_COUNT_NOT_RATED, {"cycle_id": cycle_id}))
