"""Every SELECT of the versions that organizations had before, and the writes beside them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.registry.organizations.history import Replaced
from services.registry.tables import organization_versions
from shared.db.base import columns_of, insert_list, new_id, to_json
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = ("id", "organization_id", "division", "version", "content", "as_of", "until", "recorded_at")
_INSERT = insert_list(organization_versions, _COLUMNS)
_ALL = prepare(
    select(organization_versions)
    .where(organization_versions.c.organization_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
    .order_by(organization_versions.c.version)
)


async def keep(tx: Transaction, replaced: Sequence[tuple[str, Replaced]], now: datetime) -> None:
    """Keep versions that were replaced, each with the division where its organization is stored now."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "organization_id": one.organization_id,
            "division": division,
            "version": one.version,
            "content": to_json(one.content.columns()),
            "as_of": one.as_of,
            "until": one.until,
            "recorded_at": now,
        }
        for division, one in replaced
    ]
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))


async def list_replaced(tx: Transaction, organization_id: UUID, *, after: str | None, limit: int) -> list[Record]:
    """A page of what an organization was, oldest first."""
    statement = select(organization_versions).where(organization_versions.c.organization_id == organization_id)
    return await tx.records(page_by_id(statement, organization_versions.c.id, after, limit))


async def all_recorded(tx: Transaction, organization_id: UUID) -> list[tuple[Replaced, datetime]]:
    """All of what an organization was, in the order of its versions, each with when it was replaced."""
    rows = await tx.records(_ALL, {"ids": [organization_id]})
    return [(Replaced.of(row), row["recorded_at"]) for row in rows]


async def all_replaced(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Replaced]]:
    """All of what each of these organizations was, in the order of its versions."""
    found: dict[UUID, list[Replaced]] = {one: [] for one in ids}
    for row in await tx.records(_ALL, {"ids": list(ids)}):
        found[row["organization_id"]].append(Replaced.of(row))
    return found
