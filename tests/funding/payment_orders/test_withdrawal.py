"""An order is taken back while the bank has not answered, by another person; its grants are payable again."""

from typing import Any

import httpx
import pytest

from services.funding.payment_orders.errors import OrderAnswered
from services.funding.payment_orders.rules import Line, LineState, check_unanswered, match_return, state_of
from services.funding.payment_orders.rules import ReturnRow as Row
from services.funding.reconciliation import RECONCILIATION
from shared.db.base import new_id
from tests.conftest import TokenFor
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import problem
from tests.funding.payment_orders.helpers import SUBSIDY, bank, grant_of, ordered, payable, send, take_return

[_ORDERS_OFF] = [one.violations for one in RECONCILIATION.invariants if one.table == "payment_order_lines"]


async def _withdraw(
    funding: Funding, token_for: TokenFor, order: dict[str, Any], by: str = "withdrawer", **body: str
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token_for(subject=by)}"}
    path = f"/v1/payment-orders/{order['id']}/withdrawal"
    return await funding.http.post(path, json={"reason": "国库未接收", **body}, headers=headers)


def _line(state: LineState, number: int = 1) -> Line:
    return Line(number, f"P-{number}", new_id(), SUBSIDY, state)


@pytest.mark.parametrize(
    ("states", "said", "answered"),
    [
        (("ordered", "ordered"), (), False),
        (("ordered",), (None,), False),
        (("ordered",), (1,), True),
        (("ordered", "failed"), (), True),
        (("paid",), (1,), True),
    ],
)
def test_order__is_answered_once_a_row_names_a_line(
    states: tuple[LineState, ...], said: tuple[int | None, ...], answered: bool
) -> None:
    lines = [_line(state, number) for number, state in enumerate(states, 1)]
    if not answered:
        check_unanswered("P", lines, said)
        return
    with pytest.raises(OrderAnswered):
        check_unanswered("P", lines, said)


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (("withdrawn", "withdrawn"), "withdrawn"),
        (("withdrawn", "ordered"), "ordered"),
        (("withdrawn", "paid"), "settled"),
        (("paid", "failed"), "settled"),
    ],
)
def test_order__is_withdrawn_where_all_lines_are(states: tuple[LineState, ...], state: str) -> None:
    assert state_of([_line(one, number) for number, one in enumerate(states, 1)]) == state


@pytest.mark.parametrize(("status", "kind"), [("paid", "contradicts"), ("failed", "repeated")])
def test_return__of_a_withdrawn_line(status: Any, kind: str) -> None:
    line = _line("withdrawn")
    returned = match_return([line], [Row(2, line.reference, status, SUBSIDY)])
    assert [one.kind for one in returned.findings] == [kind]
    assert returned.doubted([line]) == ([line] if kind == "contradicts" else [])


async def test_withdrawal__frees_the_grants_and_refuses_the_file(funding: Funding, token_for: TokenFor) -> None:
    grants = await payable(funding, 2)
    order = await ordered(funding, grants)
    assert problem(await _withdraw(funding, token_for, order, by="tester")) == (403, "same-hand")
    assert problem(await _withdraw(funding, token_for, order, reason=" "))[0] == 422
    answered = await _withdraw(funding, token_for, order)
    assert answered.status_code == 200, answered.text
    after = answered.json()
    assert (after["state"], after["open"], after["withdrawn"]) == ("withdrawn", 0, 2)
    reason = after["reasons"][-1]
    assert (reason["rule"], reason["facts"]["because"]) == ("R-payment-withdrawal", "国库未接收")
    found = await grant_of(funding, grants[0])
    assert (found["state"], found["order_id"], found["order_state"]) == ("approved", None, None)
    assert [one["step"] for one in found["history"]][-2:] == ["ordering", "order_withdrawn"]
    assert found["history"][-1]["note"] == f"{order['number']}；国库未接收"
    assert problem(await _withdraw(funding, token_for, order)) == (409, "illegal-transition")
    file = await funding.http.get(f"/v1/payment-orders/{order['id']}/file")
    assert problem(file) == (409, "order-withdrawn")
    tasks = (await funding.get("/v1/tasks", limit=200))["items"]
    assert [one["kind"] for one in tasks] == ["grant.payment"] * 2
    listed = (await funding.get("/v1/payment-orders", state="withdrawn"))["items"]
    assert [(one["id"], one["withdrawn"]) for one in listed] == [(order["id"], 2)]
    assert await funding.rows(_ORDERS_OFF) == []
    # Only now paid twice by the bank's mistake: the grant is in another order, so that is shown alone.
    second = await ordered(funding, grants[:1])
    rows = [(line["reference"], "成功", "3000.00", "") for line in order["lines"]]
    late = (await take_return(funding, order, bank(*rows))).json()
    assert {row["kind"] for row in late["returns"][0]["rows"]} == {"contradicts"}
    free = next(line for line in late["lines"] if line["grant_id"] != grants[0]["id"])
    assert (late["state"], late["open"], late["withdrawn"], late["contradicted"]) == ("ordered", 1, 1, 1)
    assert free["state"] == "ordered"
    assert problem(await send(funding, grants[1:])) == (409, "grant-ordered")
    assert (await grant_of(funding, grants[0]))["order_id"] == second["id"]
    assert await funding.rows(_ORDERS_OFF) == []


async def test_withdrawal__of_what_the_bank_answered_is_refused(funding: Funding, token_for: TokenFor) -> None:
    grants = await payable(funding, 2)
    order = await ordered(funding, grants)
    await take_return(funding, order, bank((order["lines"][0]["reference"], "处理中", "3000.00", "")))
    assert problem(await _withdraw(funding, token_for, order)) == (409, "order-answered")
    assert {(await grant_of(funding, one))["order_state"] for one in grants} == {"ordered"}
