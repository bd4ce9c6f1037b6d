"""Every SELECT of the areas, and the writes beside them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction


async def get_or_make(tx: Transaction, party_organization_id: UUID, division: str, street: str) -> Record:
    """The area of a street, its version raised by one; `version` 1 says it is new. The row stays locked."""
    found = await tx.record(
        text(
            "INSERT INTO areas AS a (party_organization_id, division, street, version) "
            "VALUES (:id, :division, :street, 1) "
            "ON CONFLICT (division, street) DO UPDATE SET version = a.version + 1 "
            "RETURNING party_organization_id, version"
        ),
        {"id": party_organization_id, "division": division, "street": street},
    )
    assert found is not None
    return found


async def forget(tx: Transaction, party_organization_ids: Sequence[UUID]) -> None:
    """Those of these Party organizations that were areas are gone: their streets have none."""
    await tx.execute(
        text("DELETE FROM areas WHERE party_organization_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": list(party_organization_ids)},
    )
