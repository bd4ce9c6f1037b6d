"""Posts to the ledger: transactions, entries and balances, each in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.ledger import queries
from services.funding.ledger.charts import Charts
from services.funding.ledger.errors import NotInChart, PostedOtherwise, PostingReversed
from services.funding.ledger.periods.queries import hold_open
from services.funding.ledger.rules import Posting, Voucher, balance_changes, unknown_to_chart
from shared.db.base import new_id
from shared.db.session import Transaction
from shared.field.calendar import china_day


async def post(tx: Transaction, postings: Sequence[Posting], now: datetime, charts: Charts | None = None) -> None:
    """Post a list, dated today. See `book`."""
    await book(tx, [one.voucher(china_day(now)) for one in postings], now, charts)


async def book(
    tx: Transaction, vouchers: Sequence[Voucher], now: datetime, charts: Charts | None = None
) -> list[tuple[UUID, bool]]:
    """Post a list: all of it or, where anything is refused, nothing.

    Returns for each the id of its transaction, and whether it was posted now: what came before under the same key is
    not posted again and, where it was reversed, refused. Call it once per database transaction: balances are locked in
    account order within a call, not across calls. Accounts are asked of the chart where `charts` are given.

    Raises NotInChart, PeriodShut, PostingReversed, PostedOtherwise.
    """
    if charts is not None:
        unknown = unknown_to_chart(vouchers, charts)
        if unknown is not None:
            code, division, on = unknown
            raise NotInChart(code=code, division=division, on=on)
        await queries.keep_accounts(tx, vouchers, charts)
    await hold_open(tx, [(one.division, one.booked_on) for one in vouchers])
    keyed = {one.key: one for one in vouchers if one.key is not None}
    drafted = [(new_id(), one) for one in vouchers if one.key is None or keyed[one.key] is one]
    new = await queries.insert_transactions(tx, [_transaction(tx, key, one, now) for key, one in drafted])
    posted = [(key, one) for key, one in drafted if key in new]
    ids = {id(one): key for key, one in posted}
    before = await queries.find_by_key(tx, [one.key for one in vouchers if one.key is not None and id(one) not in ids])
    for one in vouchers:
        found = before.get(one.key) if one.key is not None and id(one) not in ids else None
        if found is not None and found["reversed"]:
            raise PostingReversed(transaction=found["id"])
        if found is not None and found["input_hash"] != one.input_hash:
            raise PostedOtherwise(transaction=found["id"])
    await queries.insert_entries(tx, [entry for key, one in posted for entry in _entries(key, one, now)])
    # Last, to hold their locks for the shortest time: all postings of a division share these rows.
    await queries.change_balances(tx, balance_changes([one for _, one in posted]))
    return [(ids[id(one)], True) if id(one) in ids else (before[one.key]["id"], False) for one in vouchers]  # type: ignore[index]


def _transaction(tx: Transaction, key: UUID, one: Voucher, now: datetime) -> dict[str, Any]:
    for_what = one.key
    return {
        "id": key,
        "division": one.division,
        "grant_id": one.grant_id,
        "kind": one.kind,
        "posted_at": now,
        "note": one.note,
        "booked_on": one.booked_on,
        "corrects": one.corrects,
        "posted_by": tx.access.actor,
        "entries": len(one.lines),
        "trigger": for_what and for_what.trigger,
        "recipient_id": for_what and for_what.recipient_id,
        "scheme": for_what and for_what.scheme,
        "period": for_what and for_what.period,
        "purpose": for_what and for_what.purpose,
        "input_hash": one.input_hash,
        "concerns": one.concerns,
    }


def _entries(key: UUID, one: Voucher, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "transaction_id": key,
            "division": one.division,
            "account": line.account,
            "debit_fen": line.debit_fen,
            "credit_fen": line.credit_fen,
            "posted_at": now,
            "booked_on": one.booked_on,
            "source": line.source,
            "recipient_id": line.recipient_id,
            "purpose": line.purpose,
        }
        for line in one.lines
    ]
