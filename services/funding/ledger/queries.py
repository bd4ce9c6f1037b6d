"""Every SELECT of the ledger, and the set-based writes beside them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.ledger.charts import Account, Charts, accounts_on
from services.funding.ledger.rules import Key, Voucher
from services.funding.tables import account_balances, ledger_accounts, ledger_entries, ledger_transactions
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

DAY = "COALESCE({0}.booked_on, (({0}.posted_at AT TIME ZONE 'Asia/Shanghai')::date))"
"""The day of an entry or a transaction: what the version before wrote has none of its own."""
_KEY_COLUMNS = ("trigger", "recipient_id", "scheme", "period", "purpose")
_TRANSACTION_COLUMNS = tuple(column.name for column in ledger_transactions.c)
# In the order of the unique key, so that two lists that want the same wait for each other instead of deadlocking.
_INSERT_TRANSACTIONS = insert_list(
    ledger_transactions,
    _TRANSACTION_COLUMNS,
    f"ORDER BY {', '.join(f'u.{name}' for name in _KEY_COLUMNS)}, u.id "
    f"ON CONFLICT ({', '.join(_KEY_COLUMNS)}) WHERE input_hash IS NOT NULL DO NOTHING RETURNING id",
)
_ENTRY_COLUMNS = tuple(column.name for column in ledger_entries.c)
_INSERT_ENTRIES = insert_list(ledger_entries, _ENTRY_COLUMNS)
# Rows are locked in the order of insertion, so all callers lock by account, then division.
_CHANGE_BALANCES = insert_list(
    account_balances,
    ("account", "division", "balance_fen"),
    "ORDER BY u.account, u.division ON CONFLICT (account, division) "
    "DO UPDATE SET balance_fen = account_balances.balance_fen + EXCLUDED.balance_fen",
)
_KEEP_ACCOUNTS = insert_list(
    ledger_accounts, ("code", "name_zh", "name_en", "kind"), "ORDER BY u.code ON CONFLICT (code) DO NOTHING"
)
_BY_KEY = text(
    "SELECT t.id, t.input_hash, t.trigger, t.recipient_id, t.scheme, t.period, t.purpose, "
    "EXISTS (SELECT FROM ledger_transactions r WHERE r.corrects = t.id) AS reversed FROM ledger_transactions t "
    "JOIN unnest(CAST(:trigger AS text[]), CAST(:recipient_id AS uuid[]), CAST(:scheme AS text[]), "
    "CAST(:period AS text[]), CAST(:purpose AS text[])) AS u(trigger, recipient_id, scheme, period, purpose) "
    "ON (t.trigger, t.recipient_id, t.scheme, t.period, t.purpose) IS NOT DISTINCT FROM "
    "(u.trigger, u.recipient_id, u.scheme, u.period, u.purpose) WHERE t.input_hash IS NOT NULL "
    "AND t.trigger = ANY(CAST(:trigger AS text[]))"
)
_ACCOUNTS = (
    "SELECT a.code, a.name_zh, a.name_en, a.kind, COALESCE(sum(b.balance_fen), 0)::bigint AS balance_fen "
    "FROM ledger_accounts a LEFT JOIN account_balances b ON b.account = a.code AND b.division LIKE :scope "
)
# Folded from the entries: there is no balance of a past day that could be wrong.
_ACCOUNTS_FOLDED = (
    "SELECT a.code, a.name_zh, a.name_en, a.kind, COALESCE(sum(e.debit_fen) - sum(e.credit_fen), 0)::bigint "  # noqa: S608 - fixed
    "AS balance_fen FROM ledger_accounts a LEFT JOIN ledger_entries e ON e.account = a.code AND e.division LIKE :scope "
    f"AND {DAY.format('e')} <= COALESCE(CAST(:on AS date), 'infinity') "
    "AND e.source IS NOT DISTINCT FROM COALESCE(CAST(:source AS text), e.source) "
    "AND e.recipient_id IS NOT DISTINCT FROM COALESCE(CAST(:recipient AS uuid), e.recipient_id) "
    "AND e.purpose IS NOT DISTINCT FROM COALESCE(CAST(:purpose AS text), e.purpose) "
)
_AT_END = text(
    "SELECT account, division, (sum(debit_fen) - sum(credit_fen))::bigint AS balance_fen FROM ledger_entries e "  # noqa: S608 - fixed
    f"WHERE starts_with(e.division, :division) AND to_char({DAY.format('e')}, 'YYYY-MM') <= :month "
    "GROUP BY account, division ORDER BY account, division"
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
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_TRANSACTIONS = prepare(
    select(ledger_transactions).where(ledger_transactions.c.id == _IDS.any_()).order_by(ledger_transactions.c.id)
)
_ENTRIES_OF = prepare(
    select(ledger_entries).where(ledger_entries.c.transaction_id == _IDS.any_()).order_by(ledger_entries.c.id)
)
_REVERSED = text(
    "SELECT corrects FROM ledger_transactions WHERE corrects = ANY(CAST(:ids AS uuid[])) ORDER BY corrects"
)


async def insert_transactions(tx: Transaction, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Append transactions; returns the ids of those whose key was not there."""
    return {row.id for row in await tx.rows(_INSERT_TRANSACTIONS, columns_of(rows, _TRANSACTION_COLUMNS))}


async def find_by_key(tx: Transaction, keys: Sequence[Key]) -> dict[Key, Record]:
    """Id and input of the transactions of these keys, of any division, and whether they were reversed."""
    if not keys:
        return {}
    columns = {name: [getattr(key, name) for key in keys] for name in _KEY_COLUMNS}
    async with tx.system_scope():
        rows = await tx.records(_BY_KEY, columns)
    return {Key(*(row[name] for name in _KEY_COLUMNS)): row for row in rows}


async def insert_entries(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Append entries."""
    if rows:
        await tx.execute(_INSERT_ENTRIES, columns_of(rows, _ENTRY_COLUMNS))


async def keep_accounts(tx: Transaction, vouchers: Iterable[Voucher], charts: Charts) -> None:
    """Keep the accounts that are posted to. See `keep_codes`."""
    await keep_codes(
        tx, ((one.division, one.booked_on, line.account) for one in vouchers for line in one.lines), charts
    )


async def keep_codes(tx: Transaction, used: Iterable[tuple[str, date, str]], charts: Charts | None) -> None:
    """Keep accounts as the chart of a division has them on a day, where they were not kept before; what it does not
    have is left out."""
    if charts is None:
        return
    by_place: dict[tuple[str, date], set[str]] = defaultdict(set)
    for division, on, code in used:
        by_place[division, on].add(code)
    found: dict[str, Account] = {}
    for (division, on), codes in by_place.items():
        found |= {code: one for code, one in accounts_on(charts, division, on).items() if code in codes}
    rows: list[dict[str, Any]] = [
        {"code": code, "name_zh": one.name.zh, "name_en": one.name.en, "kind": one.kind} for code, one in found.items()
    ]
    if rows:
        await tx.execute(_KEEP_ACCOUNTS, columns_of(rows, ("code", "name_zh", "name_en", "kind")))


async def change_balances(tx: Transaction, changes: Sequence[tuple[str, str, int]]) -> None:
    """Add to balances, given as account, division and change."""
    if not changes:
        return
    accounts, divisions, amounts = zip(*changes, strict=True)
    await tx.execute(
        _CHANGE_BALANCES, {"account": list(accounts), "division": list(divisions), "balance_fen": list(amounts)}
    )


async def list_accounts(
    tx: Transaction,
    *,
    division: str | None,
    code: str | None = None,
    on: date | None = None,
    source: str | None = None,
    recipient: UUID | None = None,
    purpose: str | None = None,
) -> list[Record]:
    """Accounts that were posted to, or one of them, with the balance in a division (a prefix; all without one).

    As of the end of a day, and of one source, recipient or purpose where these are given.
    """
    where = "" if code is None else "WHERE a.code = :code "
    asked: dict[str, Any] = {"on": on, "source": source, "recipient": recipient, "purpose": purpose}
    parameters: dict[str, Any] = {"scope": f"{division or ''}%"} | ({} if code is None else {"code": code})
    statement = _ACCOUNTS
    if any(value is not None for value in asked.values()):
        statement, parameters = _ACCOUNTS_FOLDED, parameters | asked
    return await tx.records(text(statement + where + "GROUP BY a.code ORDER BY a.code"), parameters)


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
        select(ledger_entries, of.grant_id, of.kind, of.corrects, of.concerns).join(
            ledger_transactions, of.id == entry.transaction_id
        ),
        {entry.account: account, entry.transaction_id: transaction, of.grant_id: grant},
    )
    statement = where_within(statement, entry.division, division)
    return await tx.records(page_by_id(statement, entry.id, after, limit))


async def check(tx: Transaction) -> Record:
    """Recompute everything from the entries; returns how many transactions and balances do not agree."""
    row = await tx.record(_CHECK)
    assert row is not None
    return row


async def balances_at_end_of(tx: Transaction, division: str, month: str) -> dict[str, int]:
    """What each account of a division (a prefix) had at the end of a month, by `account/division`."""
    rows = await tx.records(_AT_END, {"division": division, "month": month})
    return {f"{row['account']}/{row['division']}": row["balance_fen"] for row in rows}


async def get_transactions(tx: Transaction, ids: Sequence[UUID]) -> list[tuple[Record, list[Record]]]:
    """Transactions by id, each with its entries."""
    entries: dict[UUID, list[Record]] = {}
    for row in await tx.records(_ENTRIES_OF, {"ids": list(ids)}):
        entries.setdefault(row["transaction_id"], []).append(row)
    return [(row, entries.get(row["id"], [])) for row in await tx.records(_TRANSACTIONS, {"ids": list(ids)})]


async def find_reversed(tx: Transaction, ids: Sequence[UUID]) -> list[UUID]:
    """Those of the transactions that were reversed."""
    return [row.corrects for row in await tx.rows(_REVERSED, {"ids": list(ids)})]
