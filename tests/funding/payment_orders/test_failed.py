"""What becomes of a grant whose payment failed: paid past its order, or the bank says otherwise later."""

import asyncio
from typing import Any

import pytest

from services.funding.reconciliation import RECONCILIATION
from tests.conftest import TokenFor
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


async def test_failed__and_paid_with_another_amount_by_a_later_word_waits_too(funding: Funding) -> None:
    """Money may have left, if not all of it: paid again, it would leave twice."""
    grant, order, reference = await _failed(funding)
    late = (await take_return(funding, order, bank((reference, "成功", "2999.00", "")))).json()
    [row] = late["returns"][1]["rows"]
    assert (row["kind"], row["amount_fen"], row["expected_fen"], late["open"]) == ("contradicts", 299_900, 300_000, 1)
    assert problem(await send(funding, [grant])) == (409, "grant-ordered")
    again = (await take_return(funding, order, bank((reference, "成功", "2999.00", "查询结果")))).json()
    assert (again["returns"][2]["rows"][0]["kind"], again["open"]) == ("amount_differs", 1), "it is not booked"
    assert await funding.balance("4001") == 0
    await take_return(funding, order, bank((reference, "失败", "3000.00", "已退回")))
    assert (await send(funding, [grant])).status_code == 201
    assert await funding.rows(_ORDERS_OFF) == []


async def test_paid__with_another_amount_by_a_later_word_is_shown_until_the_bank_says_otherwise(
    funding: Funding,
) -> None:
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    reference = order["lines"][0]["reference"]
    await take_return(funding, order, bank((reference, "成功", "3000.00", "")))
    await take_return(funding, order, bank((reference, "成功", "3000.01", "")))
    assert await _tasks(funding, order) == ["payment_order.contradiction"]
    await take_return(funding, order, bank((reference, "成功", "3000.00", "更正")))
    assert await _tasks(funding, order) == []


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


async def _twice(funding: Funding) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    """A grant that the bank refused by one order, now in a second; the orders, and the references of their lines."""
    grant, first, reference = await _failed(funding)
    second = await ordered(funding, [grant])
    return grant, [first, second], [reference, second["lines"][0]["reference"]]


@pytest.mark.parametrize("second", ["failed", "withdrawn"])
@pytest.mark.parametrize(("word", "state", "paid"), [("成功", "paid", SUBSIDY), ("失败", "failed", 0)])
async def test_failed__and_paid_by_a_later_word_waits_there_once_the_second_order_did_not_pay(
    funding: Funding, token_for: TokenFor, second: str, word: str, state: str, paid: int
) -> None:
    """The first order says that it was paid: what the second did not pay is not paid a third time."""
    grant, orders, references = await _twice(funding)
    await take_return(funding, orders[0], bank((references[0], "成功", "3000.00", "")))
    if second == "failed":
        await take_return(funding, orders[1], bank((references[1], "失败", "3000.00", "")))
    else:
        headers = {"Authorization": f"Bearer {token_for(subject='withdrawer')}"}
        path = f"/v1/payment-orders/{orders[1]['id']}/withdrawal"
        assert (await funding.http.post(path, json={"reason": "未接收"}, headers=headers)).status_code == 200
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_id"], found["order_state"]) == ("approved", orders[0]["id"], "ordered")
    assert (found["history"][-1]["step"], found["history"][-1]["note"]) == ("payment_reopened", orders[0]["number"])
    again = await send(funding, [grant])
    alone = await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers={"Idempotency-Key": "k"})
    assert (problem(again), problem(alone)) == ((409, "grant-ordered"), (409, "grant-ordered"))
    assert orders[0]["id"] in again.json()["detail"]
    first = await funding.get(f"/v1/payment-orders/{orders[0]['id']}")
    assert (first["state"], first["contradicted"], first["open"]) == ("ordered", 0, 1)
    assert (first["reasons"][-1]["outcome"], first["reasons"][-1]["facts"]["because"]) == (
        "reopened",
        orders[1]["number"],
    )
    assert await _tasks(funding, orders[0]) == ["payment_order.return"]
    assert await funding.rows(_ORDERS_OFF) == []
    await take_return(funding, orders[0], bank((references[0], word, "3000.00", "查询结果")))
    assert (await grant_of(funding, grant))["order_state"] == state
    assert await funding.balance("4001") == -paid
    assert (await send(funding, [grant])).status_code == (409 if paid else 201)
    assert await funding.rows(_ORDERS_OFF) == []


async def test_failed__and_paid_by_a_word_that_was_taken_back_is_free_once_the_second_order_failed(
    funding: Funding,
) -> None:
    """Of two lines, one: the other's contradiction stands, and its grant alone waits in the first order."""
    grants = await payable(funding, 2)
    first = await ordered(funding, grants)
    lines = {one["grant_id"]: one["reference"] for one in first["lines"]}
    refused, paid = ([(one, word, "3000.00", "") for one in lines.values()] for word in ("失败", "成功"))
    await take_return(funding, first, bank(*refused))
    second = await ordered(funding, grants)
    await take_return(funding, first, bank(*paid))
    free, doubted = grants
    await take_return(funding, first, bank((lines[free["id"]], "失败", "3000.00", "退回")))
    await take_return(funding, second, bank(*((one["reference"], "失败", "3000.00", "") for one in second["lines"])))
    assert ((await send(funding, [free])).status_code, problem(await send(funding, [doubted]))) == (
        201,
        (409, "grant-ordered"),
    )
    assert (await funding.get(f"/v1/payment-orders/{first['id']}"))["contradicted"] == 0


async def test_failed__again_is_settled_whatever_the_bank_says_of_another_line(funding: Funding) -> None:
    """One line was paid and is reported as failed; what the other's last word was before does not count any more."""
    grants = await payable(funding, 2)
    order = await ordered(funding, grants)
    first, second = (one["reference"] for one in order["lines"])
    for words in (("失败", "成功"), ("成功", "失败")):
        rows = [(one, word, "3000.00", "") for one, word in zip((first, second), words, strict=True)]
        await take_return(funding, order, bank(*rows))
    after = (await take_return(funding, order, bank((first, "失败", "3000.00", "查询结果")))).json()
    assert [one["state"] for one in after["lines"]] == ["failed", "paid"]
    assert (after["state"], after["contradicted"]) == ("settled", 1)
    back = (await take_return(funding, order, bank((second, "退票", "3000.00", "")))).json()
    assert ([one["state"] for one in back["lines"]], back["contradicted"]) == (["failed", "failed"], 0)
    assert (await send(funding, grants)).status_code == 201
    assert await funding.rows(_ORDERS_OFF) == []


async def test_failed__and_paid_by_a_later_word_while_the_second_fails_waits_in_the_first(funding: Funding) -> None:
    """Both returns at once: whichever is first, the grant is never free."""
    grant, orders, references = await _twice(funding)
    answers = await asyncio.gather(
        take_return(funding, orders[0], bank((references[0], "成功", "3000.00", ""))),
        take_return(funding, orders[1], bank((references[1], "失败", "3000.00", ""))),
    )
    assert [one.status_code for one in answers] == [201, 201]
    found = await grant_of(funding, grant)
    assert (found["order_id"], found["order_state"]) == (orders[0]["id"], "ordered")


async def test_failed__and_paid_by_a_later_word_after_an_amendment_is_not_paid_again(
    funding: Funding, token_for: TokenFor
) -> None:
    """The order was of another amount, so nothing waits there: the grant itself waits for the bank."""
    grant, order, reference = await _failed(funding)
    headers = {"Authorization": f"Bearer {token_for(subject='amender')}"}
    body = {"amount_fen": 200_000, "reason": "核减", "reference": "Z-1"}
    amended = await funding.http.post(f"/v1/grants/{grant['id']}/amendment", json=body, headers=headers)
    assert amended.status_code == 200, amended.text
    for step in ("review", "approval"):
        assert (await funding.http.post(f"/v1/grants/{grant['id']}/{step}")).status_code == 200
    again = await grant_of(funding, grant)
    late = (await take_return(funding, order, bank((reference, "成功", "3000.00", "")))).json()
    assert (late["contradicted"], late["open"]) == (1, 0)
    refused = await send(funding, [again])
    alone = await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers={"Idempotency-Key": "k"})
    assert (problem(refused), problem(alone)) == ((409, "payment-contradicted"), (409, "payment-contradicted"))
    assert order["number"] in refused.json()["detail"]
    assert await funding.rows(_ORDERS_OFF) == []
    await take_return(funding, order, bank((reference, "失败", "3000.00", "退回")))
    assert (await send(funding, [again])).status_code == 201
