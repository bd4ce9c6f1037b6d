"""Months close and lock: nothing is posted into them, whoever posts."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from asyncpg import CheckViolationError
from sqlalchemy import text

from services.funding.ledger.actions import book
from services.funding.ledger.rules import Line, Voucher
from shared.db.base import utc_now
from tests.conftest import SYSTEM, TokenFor
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import BOOKKEEPER, LAST_MONTH, TODAY, posted, problem, send, voucher
from tests.running.locks import until_waiting

MONTH = f"{LAST_MONTH:%Y-%m}"


async def step(funding: Funding, name: str, division: str = "330106", month: str = MONTH) -> httpx.Response:
    body = {"reason": "漏记一笔"} if name == "reopening" else {}
    return await funding.http.post(f"/v1/ledger/periods/{division}/{month}/{name}", json=body)


@pytest.mark.parametrize("division", ["330106", "3301"])
async def test_i5_nothing_is_posted_into_a_closed_or_locked_month(funding: Funding, division: str) -> None:
    assert (await step(funding, "closing", division)).json()["state"] == "closed"
    for _ in ("closed", "locked"):
        refused = await send(funding, voucher(3, reference="V-3"), voucher(7, on=LAST_MONTH))
        assert problem(refused) == (409, "ledger-period-shut")
        assert refused.json()["period"] == MONTH
        assert await funding.balance("1012") == 0
        await step(funding, "locking", division)
    assert problem(await step(funding, "reopening", division)) == (409, "illegal-transition")
    await posted(funding, voucher(9, on=LAST_MONTH, division="310101", reference="S-1"))
    await posted(funding, voucher(7))


async def test_i5_a_closed_month_is_opened_again_with_a_reason(funding: Funding) -> None:
    await step(funding, "closing")
    opened = await step(funding, "reopening")
    assert (opened.json()["state"], opened.json()["reason"], opened.json()["version"]) == ("open", "漏记一笔", 2)
    await posted(funding, voucher(7, on=LAST_MONTH))
    assert (await step(funding, "closing")).json()["version"] == 3
    assert problem(await step(funding, "closing")) == (409, "illegal-transition")
    [listed] = (await funding.get("/v1/ledger/periods", division="33", state="closed"))["items"]
    assert (listed["division"], listed["month"]) == ("330106", MONTH)


async def test_i5_a_month_that_is_not_over_is_not_closed(funding: Funding) -> None:
    assert problem(await step(funding, "closing", month=f"{TODAY:%Y-%m}")) == (409, "ledger-period-not-over")
    assert (await step(funding, "closing", month="2026-13")).status_code == 422


async def test_i5_who_closed_does_not_lock(funding: Funding, token_for: TokenFor) -> None:
    headers = {"Authorization": f"Bearer {token_for(['payer', 'approver'], subject='甲')}"}
    for name, expected in (("closing", 200), ("locking", 403), ("reopening", 403)):
        body = {"reason": "更正"} if name == "reopening" else {}
        path = f"/v1/ledger/periods/330106/{MONTH}/{name}"
        assert (await funding.http.post(path, json=body, headers=headers, auth=None)).status_code == expected


async def test_i5_the_database_itself_keeps_a_closed_month(funding: Funding) -> None:
    await step(funding, "closing")
    with pytest.raises(CheckViolationError, match=f"ledger period {MONTH} of 330106 is closed"):
        async with funding.database.transaction(SYSTEM) as tx:
            await tx.execute(
                text(
                    "INSERT INTO ledger_transactions (id, division, kind, posted_at, booked_on) "
                    "VALUES (:id, '330106', 'voucher', now(), CAST(:on AS date))"
                ),
                {"id": uuid4(), "on": LAST_MONTH},
            )


async def test_i5_closing_waits_for_a_posting_that_is_under_way(funding: Funding) -> None:
    lines = (Line("1012", 5), Line("4602", 0, 5))
    async with funding.database.transaction(BOOKKEEPER) as tx:
        await book(tx, [Voucher("voucher", "330106", lines, LAST_MONTH)], utc_now(), funding.app.state.charts)
        closing = asyncio.create_task(step(funding, "closing"))
        async with funding.database.transaction(SYSTEM) as watching:
            await until_waiting(watching, 1)
        assert not closing.done()
    assert (await closing).json()["state"] == "closed"
    locked = await step(funding, "locking")
    assert locked.json()["state"] == "locked"
    [row] = await funding.rows("SELECT balances FROM ledger_periods")
    assert row["balances"] == {"1012/330106": 5, "4602/330106": -5}


async def test_i5_an_earlier_month_of_a_locked_one_moves_nothing_unseen(funding: Funding) -> None:
    """A month before a locked one may still be open: what is posted there moves the locked one's balance."""
    await step(funding, "closing")
    await step(funding, "locking")
    before = LAST_MONTH.replace(day=1) - timedelta(days=1)
    refused = await send(funding, voucher(7, on=before))
    assert problem(refused) == (409, "ledger-period-shut")
    assert refused.json()["period"] == MONTH
