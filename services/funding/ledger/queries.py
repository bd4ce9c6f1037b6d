"""Every SELECT of the ledger, and the set-based writes beside them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.funding.tables import account_balances, ledger_entries, ledger_transactions
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_TRANSACTION_COLUMNS = tuple(column.name for column in ledger_transactions.c)
_INSERT_TRANSACTIONS = insert_list(ledger_transactions, _TRANSACTION_COLUMNS)
_ENTRY_COLUMNS = tuple(column.name for column in ledger_entries.c)
_INSERT_ENTRIES = insert_list(ledger_entries, _ENTRY_COLUMNS)
# Rows are locked in the order of insertion, so all callers lock by account, then division.
_CHANGE_BALANCES = insert_list(
    account_balances,
    ("account", "division", "balance_fen"),
    "ORDER BY u.account, u.division ON CONFLICT (account, division) "
    "DO UPDATE SET balance_fen = account_balances.balance_fen + EXCLUDED.balance_fen",
)

_ACCOUNTS = (
    "SELECT a.code, a.name_zh, a.name_en, a.kind, COALESCE(sum(b.balance_fen), 0)::bigint AS balance_fen "
    "FROM ledger_accounts a LEFT JOIN account_balances b ON b.account = a.code AND b.division LIKE :scope "
)
_CHECK = text(
    "WITH folded AS (SELECT account, division, sum(debit_fen) - sum(credit_fen) AS balance_fen "
    "                FROM ledger_entries GROUP BY account, division) "
    "SELECT (SELECT count(*) FROM (SELECT t.id FROM ledger_transactions t "
    "          LEFT JOIN ledger_entries e ON e.transaction_id = t.id GROUP BY t.id "
    "          HAVING (sum(e.debit_fen) - sum(e.credit_fen)) IS DISTINCT FROM 0) AS bad) "
    "         AS transactions_out_of_balance, "
    "       (SELECT count(*) FROM folded FULL JOIN account_balances b USING (account, division) "
    "          WHERE COALESCE(folded.balance_fen, 0) <> COALESCE(b.balance_fen, 0)) AS accounts_drifting"
)


async def insert_transactions(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Append transactions."""
    await tx.execute(_INSERT_TRANSACTIONS, columns_of(rows, _TRANSACTION_COLUMNS))


async def insert_entries(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Append entries."""
    await tx.execute(_INSERT_ENTRIES, columns_of(rows, _ENTRY_COLUMNS))


async def change_balances(tx: Transaction, changes: Sequence[tuple[str, str, int]]) -> None:
    """Add to balances, given as account, division and change."""
    accounts, divisions, amounts = zip(*changes, strict=True)
    await tx.execute(
        _CHANGE_BALANCES, {"account": list(accounts), "division": list(divisions), "balance_fen": list(amounts)}
    )


async def list_accounts(tx: Transaction, *, division: str | None) -> list[Record]:
    """Every account with its balance in a division (a prefix; all divisions without one)."""
    return await tx.records(text(_ACCOUNTS + "GROUP BY a.code ORDER BY a.code"), {"scope": f"{division or ''}%"})


async def get_account(tx: Transaction, code: str, *, division: str | None) -> Record | None:
    """One account with its balance in a division."""
    return await tx.record(
        text(_ACCOUNTS + "WHERE a.code = :code GROUP BY a.code"), {"code": code, "scope": f"{division or ''}%"}
    )


async def list_entries(
    tx: Transaction,
    *,
    account: str | None,
    transaction: UUID | None,
    grant: UUID | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of entries by id, and one row more where there is another page, each with the grant that it is for."""
    entry, of = ledger_entries.c, ledger_transactions.c
    statement = where_given(
        select(ledger_entries, of.grant_id, of.kind).join(ledger_transactions, of.id == entry.transaction_id),
        {entry.account: account, entry.transaction_id: transaction, of.grant_id: grant},
    )
    statement = where_within(statement, entry.division, division)
    return await tx.records(page_by_id(statement, entry.id, after, limit))


async def check(tx: Transaction) -> Record:
    """Recompute everything from the entries; returns how many transactions and balances do not agree."""
    row = await tx.record(_CHECK)
    assert row is not None
    return row
