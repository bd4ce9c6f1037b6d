"""Vouchers of the ledger, and requests with them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from services.funding.ledger.actions import book
from services.funding.ledger.rules import Key, Line, Voucher
from shared.db.access import Access
from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import PROVINCES
from tests.funding.conftest import Funding

BOOKKEEPER = Access("hand-vouchers", PROVINCES)
TODAY = china_day(datetime.now(UTC))
LAST_MONTH = TODAY.replace(day=1) - timedelta(days=1)


def voucher(
    amount: int = 100, *, reference: str = "V-1", on: date = TODAY, division: str = "330106", **changes: Any
) -> dict[str, Any]:
    """Dues that were collected: into the dues account."""
    line = {"source": "dues", "purpose": "dues"}
    return {
        "reference": reference,
        "division": division,
        "booked_on": on.isoformat(),
        "lines": [
            {"account": "1012", "debit_fen": amount, **line},
            {"account": "4602", "credit_fen": amount, **line},
        ],
        **changes,
    }


async def send(funding: Funding, *vouchers: dict[str, Any], key: str | None = None) -> httpx.Response:
    """Post vouchers in one request, under a key of its own."""
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await funding.http.post("/v1/ledger/vouchers", json={"vouchers": list(vouchers)}, headers=headers)


async def posted(funding: Funding, *vouchers: dict[str, Any]) -> list[str]:
    """The ids of their transactions."""
    response = await send(funding, *vouchers)
    assert response.status_code == 201, response.text
    transactions: list[str] = response.json()["transactions"]
    return transactions


async def reverse(funding: Funding, ids: list[str], count: int, total: int) -> httpx.Response:
    """Take transactions back."""
    return await funding.http.post(
        "/v1/ledger/reversals",
        json={"transactions": ids, "count": count, "total_fen": total, "reason": "金额有误"},
        headers={"Idempotency-Key": str(uuid4())},
    )


def problem(response: httpx.Response) -> tuple[int, str]:
    """Its status and slug."""
    return response.status_code, response.json()["type"].rpartition(":")[2]


async def book_many(funding: Funding, count: int, amount: int = 100, *, prefix: str = "n") -> None:
    """Post that many vouchers in one transaction, past HTTP."""
    lines = (Line("1012", amount, 0, "dues"), Line("4602", 0, amount, "dues"))
    vouchers = [Voucher("voucher", "330106", lines, TODAY, Key(f"{prefix}/{n}")) for n in range(count)]
    async with funding.database.transaction(BOOKKEEPER) as tx:
        await book(tx, vouchers, utc_now(), funding.app.state.charts)
