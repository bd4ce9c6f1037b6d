"""What becomes of a grant whose payment failed: paid past its order, or the bank says otherwise later."""

from typing import Any

import pytest

from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import problem
from tests.funding.payment_orders.helpers import SUBSIDY, bank, grant_of, ordered, payable, send, take_return

[_ORDERS_OFF] = [one.violations for one in RECONCILIATION.invariants if one.table == "payment_order_lines"]


async def test_failed__paid_by_itself_is_paid_by_no_order(funding: Funding) -> None:
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    [line] = order["lines"]
    await take_return(funding, order, bank((line["reference"], "失败", "3000.00", "户名不符")))
    await funding.take(grant["id"], "payment")
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_id"], found["order_state"]) == ("paid", None, None)
    assert [one["step"] for one in found["history"]][-3:] == ["ordering", "payment_failed", "payment"]
    assert order["number"] in found["history"][-3]["note"]
    assert await funding.rows(_ORDERS_OFF) == []
    await funding.change(
        "ALTER TABLE grants DISABLE TRIGGER USER",
        f"UPDATE grants SET order_id = '{order['id']}', order_state = 'failed'",
        "ALTER TABLE grants ENABLE TRIGGER USER",
    )
    assert len(await funding.rows(_ORDERS_OFF)) == 1


async def _failed(funding: Funding) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A grant that the bank refused, its order, and the reference of its line."""
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    reference: str = order["lines"][0]["reference"]
    await take_return(funding, order, bank((reference, "失败", "3000.00", "户名不符")))
    return grant, order, reference


async def _tasks(funding: Funding, order: dict[str, Any]) -> list[str]:
    found = (await funding.get("/v1/tasks", limit=200))["items"]
    return [one["kind"] for one in found if one["subject"]["id"] == order["id"]]


async def test_failed__and_paid_by_a_later_word_waits_for_the_next(funding: Funding) -> None:
    """Whoever took the later word for a mistake, and paid again, would pay twice."""
    grant, order, reference = await _failed(funding)
    assert await _tasks(funding, order) == []
    late = (await take_return(funding, order, bank((reference, "成功", "3000.00", "")))).json()
    assert (late["returns"][1]["rows"][0]["kind"], late["state"], late["open"]) == ("contradicts", "ordered", 1)
    assert (late["lines"][0]["state"], late["lines"][0]["because"]) == ("ordered", None)
    assert (late["reasons"][-1]["outcome"], late["reasons"][-1]["facts"]["reopened"]) == ("differs", 1)
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_id"], found["order_state"]) == ("approved", order["id"], "ordered")
    assert (found["history"][-1]["step"], found["history"][-1]["note"]) == ("payment_reopened", order["number"])
    assert await _tasks(funding, order) == ["payment_order.return"]
    assert problem(await send(funding, [grant])) == (409, "grant-ordered")
    alone = await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers={"Idempotency-Key": "k"})
    assert problem(alone) == (409, "grant-ordered")
    assert await funding.rows(_ORDERS_OFF) == []


@pytest.mark.parametrize(("word", "paid", "state"), [("成功", SUBSIDY, "paid"), ("失败", 0, "failed")])
async def test_failed__and_paid_later_is_decided_by_the_next_word(
    funding: Funding, word: str, paid: int, state: str
) -> None:
    grant, order, reference = await _failed(funding)
    late = bank((reference, "成功", "3000.00", ""))
    await take_return(funding, order, late)
    assert (await take_return(funding, order, late)).json()["open"] == 1, "the same file again changes nothing"
    last = (await take_return(funding, order, bank((reference, word, "3000.00", "查询结果")))).json()
    assert (last["returns"][2]["rows"][0]["kind"], last["lines"][0]["state"], last["state"]) == (
        state,
        state,
        "settled",
    )
    assert (await grant_of(funding, grant))["order_state"] == state
    assert await funding.balance("4001") == -paid
    assert await _tasks(funding, order) == []
    assert await funding.rows(_ORDERS_OFF) == []


@pytest.mark.parametrize("meanwhile", ["ordered", "paid"])
async def test_failed__and_paid_by_a_later_word_once_it_is_elsewhere_is_shown_alone(
    funding: Funding, meanwhile: str
) -> None:
    grant, order, reference = await _failed(funding)
    if meanwhile == "ordered":
        await ordered(funding, [grant])
    else:
        await funding.take(grant["id"], "payment")
    before = await grant_of(funding, grant)
    late = (await take_return(funding, order, bank((reference, "成功", "3000.00", "")))).json()
    assert (late["returns"][1]["rows"][0]["kind"], late["lines"][0]["state"]) == ("contradicts", "failed")
    assert (late["state"], late["reasons"][-1]["facts"]["reopened"]) == ("settled", 0)
    assert await grant_of(funding, grant) == before
    assert await _tasks(funding, order) == ["payment_order.contradiction"]
    assert await funding.rows(_ORDERS_OFF) == []
    await take_return(funding, order, bank((reference, "失败", "3000.00", "退回")))
    assert await _tasks(funding, order) == []


async def test_failed__in_two_orders_and_paid_by_a_later_word_waits_in_the_first(funding: Funding) -> None:
    grant, order, reference = await _failed(funding)
    second = await ordered(funding, [grant])
    await take_return(funding, second, bank((second["lines"][0]["reference"], "失败", "3000.00", "")))
    await take_return(funding, order, bank((reference, "成功", "3000.00", "")))
    found = await grant_of(funding, grant)
    assert (found["order_id"], found["order_state"]) == (order["id"], "ordered")
    assert problem(await send(funding, [grant])) == (409, "grant-ordered")
    assert await funding.rows(_ORDERS_OFF) == []
