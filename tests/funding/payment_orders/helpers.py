"""Approved grants with verified accounts, their orders, and what a bank returns."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.funding.conftest import Funding, completed, party_news
from tests.funding.helpers import ACCOUNT, AGAIN

SUBSIDY = 300_000


async def pay_into(funding: Funding, recipient: str, *, verify: bool = True, version: int | None = None) -> None:
    """An account of a recipient, entered, and verified by another person."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    entered = await funding.http.put(f"/v1/payees/{recipient}", json=ACCOUNT, headers=headers)
    assert entered.status_code in (200, 201), entered.text
    if verify:
        verified = await funding.http.post(f"/v1/payees/{recipient}/verification", json=AGAIN)
        assert verified.status_code == 200, verified.text


async def payable(funding: Funding, count: int = 1, **changes: Any) -> list[dict[str, Any]]:
    """Approved grants whose recipients are known and have verified accounts."""
    parties = [uuid4() for _ in range(count)]
    division = {name: value for name, value in changes.items() if name == "division"}
    await funding.deliver(*(party_news(one, uuid4(), **division) for one in parties))
    await funding.deliver(*(completed(party_organization_id=one, **changes) for one in parties))
    wanted = {str(one) for one in parties}
    for one in sorted(wanted):
        await pay_into(funding, one)
    found = [grant for grant in await funding.grants() if grant["recipient_id"] in wanted]
    return [(await funding.take(grant["id"], "review", "approval")).json() for grant in found]


async def send(
    funding: Funding, grants: Sequence[dict[str, Any]], key: str | None = None, **more: Any
) -> httpx.Response:
    body = {
        "division": "330106",
        "channel": "fiscal",
        "ids": [one["id"] for one in grants],
        "count": len(grants),
        "total_fen": sum(one["amount_fen"] for one in grants),
        **more,
    }
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await funding.http.post("/v1/payment-orders", json=body, headers=headers)


async def ordered(funding: Funding, grants: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """An order of grants."""
    answered = await send(funding, grants, **more)
    assert answered.status_code == 201, answered.text
    found: dict[str, Any] = answered.json()
    return found


def bank(*rows: tuple[str, str, str, str]) -> bytes:
    """A return: references, results, amounts in yuan, reasons."""
    lines = ["业务参考号,处理结果,金额,失败原因", *(",".join(row) for row in rows), "合计,,,"]
    return ("\n".join(lines[:-1]) + "\n").encode("utf-8-sig")


async def take_return(
    funding: Funding, order: dict[str, Any], content: bytes, name: str = "return.csv"
) -> httpx.Response:
    return await funding.http.post(f"/v1/payment-orders/{order['id']}/returns", files={"file": (name, content)})


async def grant_of(funding: Funding, grant: dict[str, Any] | UUID | str) -> dict[str, Any]:
    key = grant["id"] if isinstance(grant, dict) else grant
    found: dict[str, Any] = await funding.get(f"/v1/grants/{key}")
    return found
