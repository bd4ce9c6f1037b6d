"""What is posted when: double entry, debit and credit of one amount. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self
from uuid import UUID

Kind = Literal["grant_approved", "grant_paid"]

KIND_OF_STEP: dict[str, Kind] = {"approval": "grant_approved", "payment": "grant_paid"}
"""The steps of a grant that are posted: approval makes it owed, payment settles what is owed."""

SIDES: dict[Kind, tuple[str, str]] = {
    "grant_approved": ("expense_account", "payable_account"),
    "grant_paid": ("payable_account", "appropriation_account"),
}
"""For each kind of transaction, which of the grant's accounts is debited and which is credited."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One transaction of two entries."""

    kind: Kind
    grant_id: UUID
    division: str
    debit: str
    credit: str
    amount_fen: int
    note: str | None = None

    @classmethod
    def of_grant(cls, kind: Kind, grant: Mapping[str, Any], note: str | None) -> Self:
        """The posting of a grant's step, to the accounts that were fixed when it was raised."""
        debit, credit = SIDES[kind]
        return cls(kind, grant["id"], grant["division"], grant[debit], grant[credit], grant["amount_fen"], note)


def balance_changes(postings: Iterable[Posting]) -> list[tuple[str, str, int]]:
    """Account, division, debits less credits: summed up, in the order in which balances are locked."""
    changes: Counter[tuple[str, str]] = Counter()
    for posting in postings:
        changes[posting.debit, posting.division] += posting.amount_fen
        changes[posting.credit, posting.division] -= posting.amount_fen
    return [(account, division, change) for (account, division), change in sorted(changes.items())]
