"""What steps of grants post, and to which accounts. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.funding.grants.rules import Grant, Step
from services.funding.ledger.rules import Key, Kind, Posting


def accounts_of(grants: Sequence[Grant], on: date) -> list[tuple[str, date, str]]:
    """The accounts that grants will be posted to, each with the division and day whose chart it is of."""
    return [
        (grant.division, on, code)
        for grant in grants
        for code in (grant.expense_account, grant.payable_account, grant.appropriation_account)
    ]


def posting_of(grant: Grant, step: Step, note: str | None, source: str | None) -> Posting | None:
    """What a step posts to the accounts fixed when the grant was raised, None for one that moves no money. `source` is
    where the money comes from (S30)."""
    posted: dict[Step, tuple[Kind, str, str]] = {
        "approval": ("grant_approved", grant.expense_account, grant.payable_account),
        "payment": ("grant_paid", grant.payable_account, grant.appropriation_account),
    }
    if step not in posted:
        return None
    kind, debit, credit = posted[step]
    # What was taken back keeps its key: an amended grant is posted under one of its own, and so is one paid again.
    period = f"{period_of(grant)}{f'/amendment-{grant.amendments}' if grant.amendments else ''}"
    if step == "payment" and grant.bank_returns:
        period += f"/payment-{grant.bank_returns + 1}"
    key = Key(kind, grant.recipient_id, grant.scheme, period, grant.purpose)
    return Posting(kind, grant.id, grant.division, debit, credit, grant.amount_fen, note, key, source)


def period_of(grant: Grant) -> str:
    """The period in keys of its postings: those of an earlier grant of the same period, which is gone, keep theirs."""
    return f"{grant.period or grant.year}{f'/again-{grant.again}' if grant.again else ''}"


def posting_about(
    grant: Grant, kind: Kind, amount_fen: int, period: str, payment: UUID | None, source: str | None
) -> Posting:
    """What is to be returned is no expense; what came back is no payment. `payment` is the posting that it names."""
    sides: Mapping[str, tuple[str, str]] = {
        "grant_reduced": (grant.payable_account, grant.expense_account),
        "grant_returned": (grant.appropriation_account, grant.payable_account),
    }
    debit, credit = sides[kind]
    key = Key(kind, grant.recipient_id, grant.scheme, f"{period_of(grant)}/{period}", grant.purpose)
    return Posting(kind, grant.id, grant.division, debit, credit, amount_fen, None, key, source, payment)
