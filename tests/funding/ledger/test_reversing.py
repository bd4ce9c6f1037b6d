"""Reversals: by name, once, all or none, by another person, into a month that is open."""

import asyncio

import pytest
from asyncpg import CheckViolationError
from sqlalchemy import text

from shared.db.base import new_id
from tests.conftest import SYSTEM
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import LAST_MONTH, TODAY, posted, problem, reverse, voucher

IN_ORDER = {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def test_i5_a_list_is_reversed_all_or_none(funding: Funding) -> None:
    ids = await posted(funding, *(voucher(n, reference=f"V-{n}") for n in (1, 10, 100)))
    [gone] = (await reverse(funding, ids[:1], 1, 1)).json()["transactions"]
    refused = await reverse(funding, ids, 3, 111)
    assert problem(refused) == (409, "already-reversed")
    assert refused.json()["transaction"] == ids[0]
    assert problem(await reverse(funding, [gone], 1, 1)) == (409, "already-reversed")
    assert await funding.balance("1012") == 110
    done = await reverse(funding, ids[1:], 2, 110)
    assert done.status_code == 201, done.text
    assert await funding.balance("1012") == 0
    entries = (await funding.get("/v1/ledger/entries", transaction=done.json()["transactions"][0]))["items"]
    assert {one["corrects"] for one in entries} == {ids[1]}
    assert [(one["account"], one["debit_fen"], one["credit_fen"]) for one in entries] == [
        ("1012", 0, 10),
        ("4602", 10, 0),
    ]
    assert await funding.get("/v1/ledger/check") == IN_ORDER


@pytest.mark.parametrize(("count", "total"), [(2, 110), (3, 110)])
async def test_i5_another_summary_reverses_nothing(funding: Funding, count: int, total: int) -> None:
    ids = await posted(funding, *(voucher(n, reference=f"V-{n}") for n in (1, 10, 100)))
    refused = await reverse(funding, ids, count, total)
    assert (problem(refused), refused.json()["count"], refused.json()["total_fen"]) == (
        (409, "reversal-differs"),
        3,
        111,
    )
    assert await funding.balance("1012") == 111


async def test_i5_who_posted_does_not_reverse(funding: Funding, token_for: object) -> None:
    ids = await posted(funding, voucher())
    [actor] = await funding.rows("SELECT posted_by FROM ledger_transactions")
    token = token_for(["payer", "approver"], subject=actor["posted_by"])  # type: ignore[operator]
    refused = await funding.http.post(
        "/v1/ledger/reversals",
        json={"transactions": ids, "count": 1, "total_fen": 100, "reason": "金额有误"},
        headers={"Idempotency-Key": "k", "Authorization": f"Bearer {token}"},
        auth=None,
    )
    assert problem(refused) == (403, "same-hand")


async def test_i5_what_a_grant_posted_is_not_reversed_apart_from_it(funding: Funding) -> None:
    await funding.raised(1, "review", "approval")
    [row] = await funding.rows("SELECT id FROM ledger_transactions")
    assert problem(await reverse(funding, [str(row["id"])], 1, 300_000)) == (409, "posted-for-grant")


async def test_i5_a_late_correction_goes_to_the_open_month(funding: Funding) -> None:
    ids = await posted(funding, voucher(7, on=LAST_MONTH))
    closed = await funding.http.post(f"/v1/ledger/periods/330106/{LAST_MONTH:%Y-%m}/closing")
    assert closed.status_code == 200, closed.text
    assert (await reverse(funding, ids, 1, 7)).status_code == 201
    assert await funding.balance("1012", on=LAST_MONTH.isoformat()) == 7
    assert await funding.balance("1012", on=TODAY.isoformat()) == 0


async def test_i5_ten_at_once_reverse_once(funding: Funding) -> None:
    ids = await posted(funding, *(voucher(n, reference=f"V-{n}") for n in (1, 10, 100)))
    orders = [ids, ids[::-1]] * 5
    answers = await asyncio.gather(*(reverse(funding, order, 3, 111) for order in orders))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9, [one.text for one in answers]
    assert await funding.balance("1012") == 0
    assert await funding.get("/v1/ledger/check") == IN_ORDER


@pytest.mark.parametrize("amount", [99, 100])
async def test_i5_the_database_refuses_a_reversal_that_takes_back_something_else(funding: Funding, amount: int) -> None:
    [corrected] = await posted(funding, voucher(100))
    transaction = text(
        "INSERT INTO ledger_transactions (id, division, kind, posted_at, corrects) "
        "VALUES (:id, '330106', 'reversal', now(), :corrects)"
    )
    entry = text(
        "INSERT INTO ledger_entries (id, transaction_id, division, account, debit_fen, credit_fen, posted_at, source, "
        "purpose) VALUES (:id, :transaction, '330106', :account, :debit, :credit, now(), 'dues', 'dues')"
    )
    other = "4602" if amount == 99 else "5001"

    async def take_back() -> None:
        async with funding.database.transaction(SYSTEM) as tx:
            made = new_id()
            await tx.execute(transaction, {"id": made, "corrects": corrected})
            for account, debit, credit in ((other, amount, 0), ("1012", 0, amount)):
                more = {"id": new_id(), "transaction": made, "account": account, "debit": debit, "credit": credit}
                await tx.execute(entry, more)

    with pytest.raises(CheckViolationError, match="is not the reverse of"):
        await take_back()
