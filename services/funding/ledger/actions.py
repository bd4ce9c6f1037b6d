"""Posts to the ledger: transactions, entries and balances, each in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.funding.ledger import queries
from services.funding.ledger.rules import Posting, balance_changes
from shared.db.base import new_id
from shared.db.session import Transaction


async def post(tx: Transaction, postings: Sequence[Posting], now: datetime) -> None:
    """Post a list.

    Call it once per database transaction: balances are locked in account order within a call, not across calls.
    """
    transactions: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for posting in postings:
        transaction_id = new_id()
        transactions.append(
            {
                "id": transaction_id,
                "division": posting.division,
                "grant_id": posting.grant_id,
                "kind": posting.kind,
                "posted_at": now,
                "note": posting.note,
            }
        )
        for account, debit, credit in (
            (posting.debit, posting.amount_fen, 0),
            (posting.credit, 0, posting.amount_fen),
        ):
            entries.append(
                {
                    "id": new_id(),
                    "transaction_id": transaction_id,
                    "division": posting.division,
                    "account": account,
                    "debit_fen": debit,
                    "credit_fen": credit,
                    "posted_at": now,
                }
            )
    await queries.insert_transactions(tx, transactions)
    await queries.insert_entries(tx, entries)
    # Last, to hold their locks for the shortest time: all grants of a division share these rows.
    await queries.change_balances(tx, balance_changes(postings))
