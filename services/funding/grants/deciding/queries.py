"""Every SELECT of the keys of grants, and the set-based writes of what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.funding.grants.queries import reasons_json, to_row
from services.funding.grants.rules import Grant
from services.funding.tables import grant_decisions, grants
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Transaction

Key = tuple[UUID, str, str]
"""A grant's recipient, scheme and period. A scheme has one trigger, and its grants one purpose."""


@dataclass(frozen=True, slots=True)
class Known:
    """A grant that exists; without a hash it was raised by the version before."""

    id: UUID
    scheme: str
    amount_fen: int
    input_hash: str | None


_COLUMNS = tuple(
    column.name for column in grants.c if column.name not in {"reviewed_by", "approved_by", "paid_by", "amended_by"}
)
# Any of three unique keys: of the scheme and period, of the purpose and level (D10), and that of the version before.
_INSERT = insert_list(grants, _COLUMNS, "ON CONFLICT DO NOTHING RETURNING id")
_DECISION_COLUMNS = tuple(column.name for column in grant_decisions.c)
_INSERT_DECISIONS = insert_list(grant_decisions, _DECISION_COLUMNS, "ON CONFLICT (event_id) DO NOTHING")


async def insert_new(tx: Transaction, drafts: Sequence[Grant]) -> set[UUID]:
    """Insert; returns the ids of those whose recipient had none of the key."""
    if not drafts:
        return set()
    rows = [
        to_row(grant) | {"reasons": reasons_json(grant.reasons), "snapshot": to_json(grant.snapshot)}
        for grant in drafts
    ]
    return {row.id for row in await tx.rows(_INSERT, columns_of(rows, _COLUMNS))}


async def find_by_key(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Known]:
    """Grants that exist, by their keys."""
    if not keys:
        return {}
    recipients, schemes, periods = zip(*keys, strict=True)
    rows = await tx.rows(
        text(
            "SELECT g.id, g.recipient_id, g.scheme, u.period, g.amount_fen, g.input_hash "
            "FROM unnest(CAST(:recipients AS uuid[]), CAST(:schemes AS text[]), CAST(:periods AS text[])) "
            "AS u(recipient_id, scheme, period) JOIN grants g "
            "ON (g.recipient_id, g.scheme) = (u.recipient_id, u.scheme) AND COALESCE(g.period, g.year::text) = u.period"
        ),
        {"recipients": list(recipients), "schemes": list(schemes), "periods": list(periods)},
    )
    return {
        (row.recipient_id, row.scheme, row.period): Known(row.id, row.scheme, row.amount_fen, row.input_hash)
        for row in rows
    }


async def find_of_purpose(tx: Transaction, drafts: Sequence[Grant]) -> dict[UUID, Known]:
    """By a draft's id, the grant of its recipient that another scheme gave for its purpose, level and period (D10)."""
    if not drafts:
        return {}
    names = ("id", "recipient_id", "scheme", "purpose", "level", "period")
    rows = await tx.rows(
        text(
            "SELECT DISTINCT ON (u.id) u.id AS draft, g.id, g.scheme, g.amount_fen, g.input_hash "
            "FROM unnest(CAST(:id AS uuid[]), CAST(:recipient_id AS uuid[]), CAST(:scheme AS text[]), "
            "CAST(:purpose AS text[]), CAST(:level AS text[]), CAST(:period AS text[])) "
            "AS u(id, recipient_id, scheme, purpose, level, period) JOIN grants g "
            "ON (g.recipient_id, g.purpose, g.level) = (u.recipient_id, u.purpose, u.level) "
            "AND COALESCE(g.period, g.year::text) = u.period AND g.scheme <> u.scheme ORDER BY u.id, g.id"
        ),
        columns_of([{name: getattr(draft, name) for name in names} for draft in drafts], names),
    )
    return {row.draft: Known(row.id, row.scheme, row.amount_fen, row.input_hash) for row in rows}


async def insert_decisions(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Keep decisions; one per event, however often it is delivered."""
    if rows:
        await tx.execute(_INSERT_DECISIONS, columns_of(rows, _DECISION_COLUMNS))
