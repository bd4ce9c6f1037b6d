"""Who is responsible for a recipient sees all that it was granted, wherever that was decided; its unit accounts for it.

What was approved or paid stays in the division that decided it, and is decided there alone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text

from services.funding.grants.rules import BANK_RETURN
from shared.db.session import Transaction

_THERE = text("SELECT EXISTS (SELECT FROM party_organizations WHERE id = :recipient)")
_RECIPIENT = text("SELECT recipient_id FROM grants WHERE id = :id")
_WAITS = text(
    "SELECT EXISTS (SELECT FROM grants WHERE recipient_id = :recipient AND state = 'approved' AND (:corrected OR "
    "order_state IS DISTINCT FROM 'failed' AND (order_id IS NULL AND reasons -> -1 ->> 'rule' = :returned) "
    "IS NOT TRUE))"
)


async def reaches(tx: Transaction, recipient: UUID) -> bool:
    """Whether a recipient is in the caller's divisions now, and is its unit's own where the caller has any."""
    return bool(await tx.scalar(_THERE, {"recipient": recipient}))


@asynccontextmanager
async def all_of(tx: Transaction, recipient: UUID | None) -> AsyncIterator[None]:
    """A part that sees all of a recipient that the caller reaches, and of others what lies in its divisions."""
    if recipient is None or not await reaches(tx, recipient):
        yield
        return
    async with tx.system_scope():
        yield


@asynccontextmanager
async def of_own(tx: Transaction, grant_id: UUID) -> AsyncIterator[None]:
    """The same by one of its grants."""
    async with tx.system_scope():
        recipient = await tx.scalar(_RECIPIENT, {"id": grant_id})
    async with all_of(tx, recipient):
        yield


async def waits_for_payment(tx: Transaction, recipient: UUID, *, corrected: bool = False) -> bool:
    """Whether a grant of a recipient is approved and not paid yet; what the bank refused or sent back waits for an
    account, and counts where that may be `corrected`."""
    asked = {"recipient": recipient, "returned": BANK_RETURN, "corrected": corrected}
    return bool(await tx.scalar(_WAITS, asked))
