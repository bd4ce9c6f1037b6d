"""Every SELECT of what was recorded by a catalogue, and its one write."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.evaluation.tables import catalogue_entries
from shared.db.base import to_json
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_IDS = bindparam("ids", type_=ARRAY(Uuid))
_ENTRIES = prepare(
    select(catalogue_entries)
    .where(catalogue_entries.c.evaluation_id == _IDS.any_())
    .order_by(catalogue_entries.c.evaluation_id, catalogue_entries.c.kind)
)
_SAVE = text(
    """
    INSERT INTO catalogue_entries (evaluation_id, kind, division, catalogue, version, items, put_at, put_by, hands)
    VALUES (:evaluation_id, :kind, :division, :catalogue, :version, CAST(:items AS jsonb), :put_at, :put_by,
        ARRAY[CAST(:put_by AS text)])
    ON CONFLICT (evaluation_id, kind) DO UPDATE SET catalogue = excluded.catalogue, version = excluded.version,
        items = excluded.items, put_at = excluded.put_at, put_by = excluded.put_by,
        hands = ARRAY(SELECT DISTINCT unnest(catalogue_entries.hands || excluded.hands))
    """
)


async def entries_of(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """What was recorded, by evaluation: a row of each kind that there is."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_ENTRIES, {"ids": list(evaluation_ids)}):
        found[row["evaluation_id"]].append(row)
    return found


async def save_entries(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Write one kind's entries in place of the earlier ones; `hands` keeps all who ever put them."""
    await tx.execute(_SAVE, {**row, "items": to_json(row["items"])})
