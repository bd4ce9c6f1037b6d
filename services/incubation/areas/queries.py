"""The writes on the areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class Area:
    """The area Party organization of a street; version 1 is a new one."""

    party_organization_id: UUID
    version: int


async def upsert_area(tx: Transaction, party_organization_id: UUID, division: str, street: str) -> Area:
    """The area of a street, its version raised by one; without one it is created with this id. Its row stays locked."""
    row = await tx.row(
        text(
            "INSERT INTO areas AS a (party_organization_id, division, street, version) "
            "VALUES (:id, :division, :street, 1) "
            "ON CONFLICT (division, street) DO UPDATE SET version = a.version + 1 "
            "RETURNING party_organization_id, version"
        ),
        {"id": party_organization_id, "division": division, "street": street},
    )
    return Area(row.party_organization_id, row.version)


async def delete_areas(tx: Transaction, party_organization_ids: Sequence[UUID]) -> None:
    """Delete those of these Party organizations that are areas: their streets have none then."""
    await tx.execute(
        text("DELETE FROM areas WHERE party_organization_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(party_organization_ids)},
    )
