"""What a payment that came back leaves behind: nothing of the payment, for whoever acts next."""

from typing import Any

from tests.conftest import TokenFor
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done, require, send, slug
from tests.funding.payment_orders.helpers import bank, grant_of, ordered, payable, take_return

SLIP: dict[str, Any] = {"reference": "TP-1", "returned_on": "2026-11-02", "reason": "收款账户已销户"}
LESS: dict[str, Any] = {"amount_fen": 200_000, "reason": "核减", "reference": "TZ-1"}


async def test_r_bank_return__whatever_came_back_from_the_recipient_had_arrived(funding: Funding) -> None:
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    await done(funding, grant["id"], "amendment", **LESS)
    await done(funding, grant["id"], "balance-return", amount_fen=1, reference="HD-1", returned_on="2026-11-02")
    refused = await send(funding, grant["id"], "bank-return", **SLIP)
    assert slug(refused) == (409, "payment-used")


async def test_r_bank_return__whoever_paid_it_then_paid_nothing(funding: Funding, token_for: TokenFor) -> None:
    require(funding.app)
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    back = await done(funding, grant["id"], "bank-return", **SLIP)
    days = ("use_report_due_on", "settlement_due_on", "return_due_on")
    assert [back["settlement_state"], *(back[name] for name in days)] == [None] * 4
    payer = {"Authorization": f"Bearer {token_for(subject='hand-payment')}", "Idempotency-Key": "gone"}
    answered = await funding.http.post(
        f"/v1/grants/{grant['id']}/reversal", json={"reason": "不符合条件", "reference": "CX-1"}, headers=payer
    )
    assert (answered.status_code, answered.json()["state"]) == (200, "reversed"), answered.text


async def test_r_bank_return__of_an_amended_grant_whoever_approved_it_then_approved_nothing(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    await done(funding, grant["id"], "amendment", **LESS)
    assert (await done(funding, grant["id"], "bank-return", **SLIP))["state"] == "raised"
    amender = {"Authorization": f"Bearer {token_for(subject='hand-amendment')}"}
    drafted = await funding.http.post(f"/v1/grants/{grant['id']}/review", headers=amender)
    assert slug(drafted) == (403, "same-hand"), "who amended it drafted what is due now"
    approver = {"Authorization": f"Bearer {token_for(subject='hand-approval')}", "Idempotency-Key": "gone"}
    answered = await funding.http.post(
        f"/v1/grants/{grant['id']}/reversal", json={"reason": "不符合条件", "reference": "CX-1"}, headers=approver
    )
    assert (answered.status_code, answered.json()["state"]) == (200, "reversed"), answered.text


async def test_r_bank_return__is_published_as_what_the_grant_is_then(funding: Funding) -> None:
    [grant] = await payable(funding)
    await funding.take(grant["id"], "payment")
    back = await done(funding, grant["id"], "bank-return", **SLIP)
    statement = "SELECT type, sequence FROM outbox WHERE subject = :id ORDER BY sequence DESC LIMIT 1"
    [event] = await funding.rows(statement, id=grant["id"])
    assert (event["type"], event["sequence"]) == ("shuangfu.funding.grant.approved.v1", back["version"])


async def test_r_bank_return__leaves_it_waiting_in_an_earlier_order_that_is_said_to_have_paid_it(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await payable(funding)
    orders = []
    for result in ("失败", "成功"):
        orders.append(order := await ordered(funding, [grant]))
        row = (order["lines"][0]["reference"], result, "3000.00", "")
        assert (await take_return(funding, order, bank(row))).status_code == 201
    first = orders[0]
    said = await take_return(funding, first, bank((first["lines"][0]["reference"], "成功", "3000.00", "补记")))
    assert said.json()["contradicted"] == 1, "the second order paid it: it is listed alone"
    other = {"Authorization": f"Bearer {token_for(subject='second-payer')}", "Idempotency-Key": "slip"}
    answered = await funding.http.post(f"/v1/grants/{grant['id']}/bank-return", json=SLIP, headers=other)
    assert answered.status_code == 200, answered.text
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_state"], found["order_id"]) == ("approved", "ordered", first["id"])
