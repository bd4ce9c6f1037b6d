"""What a take-over asks of Party organizations, and their rows with what only a take-over states."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.registry.party_organizations.queries import COLUMNS
from services.registry.tables import party_organizations
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = (*COLUMNS, "taken_over")
_INSERT = insert_list(party_organizations, _COLUMNS)
# Of several of one name the one that exists comes last, else the one that ended last.
_FIND_NAMED = text(
    "SELECT p.* FROM party_organizations AS p JOIN unnest(CAST(:divisions AS text[]), CAST(:names AS text[])) "
    "AS u(division, name) ON p.division = u.division AND p.name = u.name ORDER BY p.dissolved_on NULLS LAST"
)
_COVERED_BY = text(
    "SELECT c.organization_id, p.id, p.name FROM coverages AS c "
    "JOIN party_organizations AS p ON p.id = c.party_organization_id "
    "WHERE c.organization_id = ANY(CAST(:ids AS uuid[])) AND c.until IS NULL"
)

Key = tuple[str, str]
"""A division and a name."""


async def find_named(tx: Transaction, keys: Sequence[Key]) -> list[Record]:
    """Those of these divisions and names; of several of one name the one that exists comes last."""
    wanted = sorted(set(keys))
    parameters = {"divisions": [division for division, _ in wanted], "names": [name for _, name in wanted]}
    return await tx.records(_FIND_NAMED, parameters)


async def covered_by(tx: Transaction, organization_ids: Sequence[UUID]) -> list[Record]:
    """Which Party organization covers each of these organizations now (`id`, `name`)."""
    return await tx.records(_COVERED_BY, {"ids": list(organization_ids)})


async def insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Record Party organizations that exist already."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))
