"""A recipient that is dissolved before the bank pays: the grant says why it was paid all the same (T1)."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding, party_news
from tests.funding.grants.settling.helpers import done, slug
from tests.funding.grants.settling.helpers import send as take
from tests.funding.payment_orders.helpers import bank, grant_of, ordered, payable, send, take_return

[TO_DISSOLVED] = [one.violations for one in RECONCILIATION.invariants if "dissolved" in one.name]


async def dissolve(funding: Funding, grant: dict[str, Any]) -> None:
    gone = party_news(UUID(grant["recipient_id"]), sequence=2, on=date(2026, 10, 1), at=datetime.now(UTC))
    await funding.deliver(gone)


def why(grant: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (one["outcome"], one["facts"]["because"]) for one in grant["reasons"] if one["rule"] == "R-recipient-dissolved"
    ]


async def test_t01_an_order_that_went_out_before_is_the_reason(funding: Funding) -> None:
    first, second = await payable(funding, 2)
    order = await ordered(funding, [first, second])
    await dissolve(funding, first)
    rows = [(line["reference"], "成功", "3000.00", "") for line in order["lines"]]
    assert (await take_return(funding, order, bank(*rows))).status_code == 201
    paid = await grant_of(funding, first)
    assert (paid["state"], why(paid)) == ("paid", [("paid_all_the_same", order["number"])])
    assert why(await grant_of(funding, second)) == []
    assert await funding.rows(TO_DISSOLVED) == []


async def test_t01_whoever_orders_or_pays_it_later_says_why(funding: Funding) -> None:
    first, second = await payable(funding, 2)
    for one in (first, second):
        await dissolve(funding, one)
    assert slug(await send(funding, [first])) == (409, "recipient-dissolved")
    assert slug(await take(funding, second["id"], "payment", note="  ")) == (409, "recipient-dissolved")
    await done(funding, second["id"], "payment", reason="清算前的工作")
    assert why(await grant_of(funding, second)) == [("paid_all_the_same", "清算前的工作")]
    order = await ordered(funding, [first], reason="清算前的工作")
    rows = [(line["reference"], "成功", "3000.00", "") for line in order["lines"]]
    assert (await take_return(funding, order, bank(*rows))).status_code == 201
    assert why(await grant_of(funding, first)) == [("paid_all_the_same", order["number"])]
    assert await funding.rows(TO_DISSOLVED) == []
