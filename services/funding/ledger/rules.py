"""Double entry: each posting debits one account and credits another by the same amount. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Kind = Literal["grant_approved", "grant_paid"]


@dataclass(frozen=True, slots=True)
class Posting:
    """One transaction of two entries, a debit and a credit of `amount_fen`."""

    kind: Kind
    grant_id: UUID
    division: str
    debit: str
    credit: str
    amount_fen: int
    note: str | None = None


def balance_changes(postings: Iterable[Posting]) -> list[tuple[str, str, int]]:
    """(account, division, debits less credits in fen) of each balance, in the order in which balances are locked."""
    changes: Counter[tuple[str, str]] = Counter()
    for posting in postings:
        changes[posting.debit, posting.division] += posting.amount_fen
        changes[posting.credit, posting.division] -= posting.amount_fen
    return [(account, division, change) for (account, division), change in sorted(changes.items())]
