"""What was posted for a grant."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

_OF_GRANTS = text(
    "SELECT t.id, t.kind, t.grant_id, (SELECT e.source FROM ledger_entries e WHERE e.transaction_id = t.id LIMIT 1) "
    "AS source FROM ledger_transactions t WHERE t.grant_id = ANY(CAST(:grants AS uuid[])) "
    "AND t.kind <> 'reversal' AND NOT EXISTS (SELECT FROM ledger_transactions r WHERE r.corrects = t.id) ORDER BY t.id"
)


async def of_grant(tx: Transaction, grant_id: UUID) -> list[Record]:
    """Id, kind and source of money of what was posted for a grant and not reversed."""
    return await of_grants(tx, [grant_id])


async def of_grants(tx: Transaction, grants: Sequence[UUID]) -> list[Record]:
    """The same of several."""
    return await tx.records(_OF_GRANTS, {"grants": list(grants)})


async def sources_of(tx: Transaction, grants: Sequence[UUID]) -> dict[UUID, str | None]:
    """Whose money each grant was approved from, as it was posted; None where the version before posted it."""
    return {row["grant_id"]: row["source"] for row in await of_grants(tx, grants) if row["kind"] == "grant_approved"}
