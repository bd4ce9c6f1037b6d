"""What came back of grants that others stand on: claims for dues and awards of pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from shared.contracts.funding import GrantStateName
from shared.db.session import Transaction

# Of a reversed grant all but what is still to be returned; of any other what was returned.
_BACK = text(
    "SELECT id, state, CASE WHEN state = 'reversed' THEN amount_fen - return_due_fen + returned_fen "
    "ELSE returned_fen END AS back_fen, amount_fen FROM grants WHERE id = ANY(CAST(:ids AS uuid[]))"
)
_STANDING = text(
    "SELECT period, state = 'reversed' AND returned_fen = return_due_fen AS gone FROM grants "
    "WHERE (recipient_id, scheme) = (:recipient, :scheme) "
    "AND (period = CAST(:period AS text) OR starts_with(period, :period || '/again-'))"
)


@dataclass(frozen=True, slots=True)
class Back:
    """What became of a grant: its state, how much of it came back, and whether all of it did and it is reversed."""

    state: GrantStateName
    back_fen: int
    gone: bool


async def given_back(tx: Transaction, ids: Sequence[UUID | None]) -> dict[UUID, Back]:
    """By grant. The system's scope: a recipient may have moved out of the caller's divisions."""
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return {}
    async with tx.system_scope():
        rows = await tx.rows(_BACK, {"ids": wanted})
    return {
        row.id: Back(row.state, row.back_fen, row.state == "reversed" and row.back_fen == row.amount_fen)
        for row in rows
    }


async def next_period(tx: Transaction, recipient: UUID, scheme: str, period: str) -> str:
    """The period of a recipient's next grant of a scheme: its own, or `…/again-N` after N that are gone.

    Where one of them stands it is the last one's, which is then found.
    """
    async with tx.system_scope():
        rows = await tx.rows(_STANDING, {"recipient": recipient, "scheme": scheme, "period": period})
    standing = next((row.period for row in rows if not row.gone), None)
    if standing is not None:
        return str(standing)
    return f"{period}/again-{len(rows)}" if rows else period
