"""Vouchers: balanced, dated, once by what they are for, on accounts of the chart; balances as of any day."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import CheckViolationError
from sqlalchemy import text

from shared.db.base import new_id
from tests.conftest import SYSTEM
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import LAST_MONTH, TODAY, posted, problem, reverse, send, voucher


async def test_i5_vouchers_are_posted_all_or_none(funding: Funding) -> None:
    bad = voucher(5, reference="V-2")
    bad["lines"][1]["account"] = "9999"
    refused = await send(funding, voucher(7), bad)
    assert problem(refused) == (409, "not-in-chart")
    assert refused.json()["code"] == "9999"
    assert await funding.rows("SELECT id FROM ledger_transactions") == []
    assert await funding.balance("1012") == 0
    await posted(funding, voucher(7), voucher(5, reference="V-2"))
    assert [await funding.balance(code) for code in ("1012", "4602")] == [12, -12]
    entries = (await funding.get("/v1/ledger/entries"))["items"]
    assert {(one["kind"], one["source"], one["purpose"], one["grant_id"]) for one in entries} == {
        ("voucher", "dues", "dues", None)
    }


@pytest.mark.parametrize(
    ("lines", "pointer"),
    [
        ([{"account": "1012", "debit_fen": 5}, {"account": "4602", "credit_fen": 4}], "/vouchers/0"),
        ([{"account": "1012", "debit_fen": 5, "credit_fen": 5}, {"account": "4602", "credit_fen": 0}], None),
        ([{"account": "1012", "debit_fen": 1.5}, {"account": "4602", "credit_fen": 1.5}], None),
        ([{"account": "1012", "debit_fen": -5}, {"account": "4602", "credit_fen": -5}], None),
    ],
)
async def test_i5_what_does_not_balance_is_refused_by_field(
    funding: Funding, lines: list[dict[str, Any]], pointer: str | None
) -> None:
    refused = await send(funding, voucher(lines=lines))
    assert problem(refused) == (422, "invalid-input")
    pointers = [one["pointer"] for one in refused.json()["errors"]]
    assert all(one.startswith("/vouchers/0") for one in pointers)
    assert pointer is None or pointers == [pointer]
    assert await funding.rows("SELECT id FROM ledger_transactions") == []


async def test_i5_the_same_voucher_is_posted_once_and_another_under_its_number_is_refused(funding: Funding) -> None:
    [first] = await posted(funding, voucher(7))
    again = await send(funding, voucher(7), voucher(5, reference="V-2"))
    assert again.json()["transactions"][0] == first
    assert (again.json()["posted"], again.json()["repeated"]) == (1, 1)
    other = await send(funding, voucher(8))
    assert problem(other) == (409, "posted-otherwise")
    assert other.json()["transaction"] == first
    twice = await send(funding, voucher(3, reference="V-3"), voucher(4, reference="V-3"))
    assert problem(twice) == (409, "posted-otherwise")
    assert await funding.balance("1012") == 12
    assert await funding.get("/v1/ledger/check") == {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def test_i5_a_reversed_vouchers_number_is_not_used_again(funding: Funding) -> None:
    """A wrong voucher stays in the books with the one that takes it back; what is right has a number of its own."""
    [wrong] = (await send(funding, voucher(7), key="the first")).json()["transactions"]
    assert (await reverse(funding, [wrong], 1, 7)).status_code == 201
    for amount in (7, 8):
        refused = await send(funding, voucher(5, reference="V-2"), voucher(amount))
        assert (problem(refused), refused.json()["transaction"]) == ((409, "posting-reversed"), wrong)
    repeated = await send(funding, voucher(7), key="the first")
    assert (repeated.status_code, repeated.json()["transactions"]) == (201, [wrong]), "a lost answer is given again"
    assert await funding.balance("1012") == 0
    await posted(funding, voucher(8, reference="V-1a"))
    assert await funding.balance("1012") == 8


async def test_i5_balances_are_as_of_any_day(funding: Funding) -> None:
    days = [LAST_MONTH - timedelta(days=40), LAST_MONTH, TODAY]
    await posted(funding, *(voucher(10**n, reference=f"V-{n}", on=day) for n, day in enumerate(days)))
    for n, day in enumerate(days):
        before = day - timedelta(days=1)
        assert await funding.balance("1012", on=before.isoformat()) == sum(10**m for m in range(n))
        assert await funding.balance("1012", on=day.isoformat()) == sum(10**m for m in range(n + 1))
    listed = await funding.get("/v1/ledger/accounts", on=LAST_MONTH.isoformat())
    assert {one["code"]: one["balance_fen"] for one in listed["items"]}["4602"] == -11
    assert listed["items"][0]["on"] == LAST_MONTH.isoformat()


async def test_i5_balances_of_a_source_a_recipient_a_purpose(funding: Funding) -> None:
    recipient = str(uuid4())
    other = voucher(5, reference="V-2")
    for line in other["lines"]:
        line |= {"source": "city_dues", "recipient_id": recipient, "purpose": "start-up"}
    await posted(funding, voucher(7), other)
    assert await funding.balance("1012", source="dues") == 7
    assert await funding.balance("1012", source="city_dues") == 5
    assert await funding.balance("1012", recipient=recipient) == 5
    assert await funding.balance("1012", purpose="start-up", division="3301") == 5
    assert await funding.balance("1012", purpose="start-up", division="31") == 0


async def test_i5_a_grants_posting_says_for_whom_and_what_and_is_made_once(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval", "payment")
    assert await funding.balance("5001", recipient=grant["recipient_id"], purpose="annual") == 300_000
    rows = await funding.rows("SELECT trigger, scheme, period, purpose FROM ledger_transactions ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("grant_approved", "hz-2013-annual", "2026", "annual"),
        ("grant_paid", "hz-2013-annual", "2026", "annual"),
    ]


async def test_i5_a_source_that_the_chart_does_not_have_is_refused(funding: Funding) -> None:
    strange = voucher()
    strange["lines"][0]["source"] = "lottery"
    assert problem(await send(funding, strange)) == (409, "not-in-chart")


async def test_i5_nothing_is_booked_on_a_day_to_come(funding: Funding) -> None:
    refused = await send(funding, voucher(on=TODAY + timedelta(days=1)))
    assert (problem(refused), refused.json()["errors"][0]["pointer"]) == (
        (422, "invalid-input"),
        "/vouchers/0/booked_on",
    )


async def test_i5_balanced_entries_cannot_be_added_to_what_is_posted(funding: Funding) -> None:
    [transaction] = await posted(funding, voucher())
    entry = text(
        "INSERT INTO ledger_entries (id, transaction_id, division, account, debit_fen, credit_fen, posted_at, "
        "booked_on) VALUES (:id, :transaction, '330106', '1012', :debit, :credit, now(), CAST(:on AS date))"
    )

    async def add() -> None:
        async with funding.database.transaction(SYSTEM) as tx:
            for debit, credit in ((9, 0), (0, 9)):
                more = {"id": new_id(), "transaction": transaction, "debit": debit, "credit": credit, "on": TODAY}
                await tx.execute(entry, more)

    with pytest.raises(CheckViolationError, match="was posted with 2 entries, not 4"):
        await add()


async def test_i5_the_chart_is_dated_policy_data(funding: Funding) -> None:
    [chart] = (await funding.get("/v1/ledger-charts"))["items"]
    assert (chart["id"], chart["effective_from"]) == ("default-chart", "2013-01-01")
    assert chart["parameters"]["accounts"]["1012"]["kind"] == "asset"
    assert problem(await send(funding, voucher(on=TODAY.replace(year=2012)))) == (409, "not-in-chart")
