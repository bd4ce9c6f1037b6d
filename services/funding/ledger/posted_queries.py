"""What was posted for a grant."""

from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

_OF_GRANT = text(
    "SELECT t.id, t.kind FROM ledger_transactions t WHERE t.grant_id = :grant_id AND t.kind <> 'reversal' "
    "AND NOT EXISTS (SELECT FROM ledger_transactions r WHERE r.corrects = t.id) ORDER BY t.id"
)


async def of_grant(tx: Transaction, grant_id: UUID) -> list[Record]:
    """Id and kind of what was posted for a grant and not reversed."""
    return await tx.records(_OF_GRANT, {"grant_id": grant_id})
