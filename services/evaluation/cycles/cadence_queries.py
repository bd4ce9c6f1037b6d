"""The SELECT of when a division had a cycle."""

from sqlalchemy import text

from shared.db.session import Transaction

_LAST_OPENED = text(
    "SELECT max(year) FROM cycles WHERE division = :division AND state <> 'draft' AND year BETWEEN :first AND :last"
)


async def last_opened(tx: Transaction, division: str, first: int, last: int) -> int | None:
    """The last of these years whose cycle of the division was opened; None where none was."""
    found: int | None = await tx.scalar(_LAST_OPENED, {"division": division, "first": first, "last": last})
    return found
