"""What decisions on Party organizations ask of them, and write of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.contracts.base import Form
from shared.db.session import Transaction

_RESHAPE = text("UPDATE party_organizations SET name = :name, form = :form WHERE id = :id")
_AREAS_OF = text(
    "SELECT DISTINCT p.id FROM party_organizations AS p JOIN organizations AS o ON o.division = p.division "
    "AND o.street = p.street WHERE p.form = 'area' AND p.dissolved_on IS NULL AND o.id = ANY(CAST(:ids AS uuid[]))"
)


async def reshape(tx: Transaction, party_organization_id: UUID, name: str, form: Form) -> None:
    """Write the name and form of one."""
    await tx.execute(_RESHAPE, {"id": party_organization_id, "name": name, "form": form})


async def areas_of(tx: Transaction, organization_ids: Sequence[UUID]) -> list[UUID]:
    """The areas of the streets in which these organizations are."""
    return [row.id for row in await tx.rows(_AREAS_OF, {"ids": list(organization_ids)})]
