"""What the bank paid and sent back (退票): its posting is taken back, and the grant is owed again."""

from typing import Any

import httpx
import pytest

from services.funding.reconciliation import RECONCILIATION
from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import YEAR, appropriated, left
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import done, paid, reported, require
from tests.funding.helpers import ACCOUNT
from tests.funding.ledger.helpers import problem
from tests.funding.payment_orders.helpers import SUBSIDY, bank, grant_of, ordered, payable, send, take_return

SLIP = {"reference": "TP-2026-1", "returned_on": "2026-11-02", "reason": "收款账户已销户"}


async def _paid(funding: Funding) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A grant that the bank paid by an order, the order, and the reference of its line."""
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    reference: str = order["lines"][0]["reference"]
    await take_return(funding, order, bank((reference, "成功", "3000.00", "")))
    return grant, order, reference


async def _slip(
    funding: Funding, token_for: TokenFor, grant: str, *, key: str = "k", version: int | None = None, **body: str
) -> httpx.Response:
    """The bank's slip, entered by another payer."""
    headers = {"Authorization": f"Bearer {token_for(subject='second-payer')}", "Idempotency-Key": key}
    headers |= {} if version is None else {"If-Match": f'"{version}"'}
    return await funding.http.post(f"/v1/grants/{grant}/bank-return", json={**SLIP, **body}, headers=headers)


async def _sound(funding: Funding) -> None:
    """All invariants hold, and the ledger is what was posted."""
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name


async def _tasks(funding: Funding, **query: str) -> list[tuple[str, str]]:
    found = (await funding.get("/v1/tasks", limit=200, **query))["items"]
    return [(one["kind"], one["waits_for"]) for one in found]


async def test_r_bank_return__by_the_banks_file_is_owed_again_and_paid_to_another_account(funding: Funding) -> None:
    await appropriated(funding, 2 * SUBSIDY)
    grant, order, reference = await _paid(funding)
    assert await left(funding) == (SUBSIDY, SUBSIDY, SUBSIDY)
    content = bank((reference, "退票", "3000.00", "账号 6222020000000000 已销户"))
    answered = await take_return(funding, order, content)
    assert answered.status_code == 201, answered.text
    after = answered.json()
    assert [row["kind"] for row in after["returns"][1]["rows"]] == ["sent_back"]
    assert (after["state"], after["failed"], after["paid"], after["contradicted"]) == ("settled", 1, 0, 0)
    assert (after["reasons"][-1]["outcome"], after["reasons"][-1]["facts"]["sent_back"]) == ("settled", 1)
    found = await grant_of(funding, grant)
    assert (found["state"], found["order_state"], found["settlement_state"]) == ("approved", "failed", None)
    why = found["reasons"][-1]
    assert (why["rule"], why["outcome"], why["facts"]["appropriation"]) == ("R-bank-return", "owed_again", "B-1")
    assert (found["history"][-1]["step"], reference in found["history"][-1]["note"]) == ("bank_return", True)
    assert "6222" not in str(found)
    entries = (await funding.get("/v1/ledger/entries", grant=grant["id"]))["items"]
    [payment] = {one["transaction_id"] for one in entries if one["kind"] == "grant_paid"}
    back = [one for one in entries if one["corrects"] == payment]
    assert sorted((one["account"], one["debit_fen"], one["credit_fen"]) for one in back) == [
        ("2307", 0, SUBSIDY),
        ("4001", SUBSIDY, 0),
    ]
    assert await left(funding) == (SUBSIDY, 0, SUBSIDY)
    assert sorted(await _tasks(funding)) == [("grant.payment", "payer"), ("payee.correction", "district_officer")]
    await _sound(funding)
    assert (await take_return(funding, order, content)).status_code == 200, "the same file again changes nothing"
    assert (await grant_of(funding, grant))["version"] == found["version"]
    # Another account, another order, another payment.
    payee = f"/v1/payees/{grant['recipient_id']}"
    account = {**ACCOUNT, "account_number": "3301000000000028"}
    version = (await funding.http.get(payee)).headers["ETag"]
    entered = await funding.http.put(payee, json=account, headers={"If-Match": version})
    assert entered.status_code == 200, entered.text
    typed = {name: account[name] for name in ("bank_code", "account_number")}
    assert (await funding.http.post(f"{payee}/verification", json=typed)).status_code == 200
    assert await _tasks(funding) == [("grant.payment", "payer")]
    second = await ordered(funding, [grant])
    await take_return(funding, second, bank((second["lines"][0]["reference"], "成功", "3000.00", "")))
    assert (await grant_of(funding, grant))["state"] == "paid"
    assert (await funding.balance("4001"), await funding.balance("2307")) == (-SUBSIDY, 0)
    assert await left(funding) == (SUBSIDY, SUBSIDY, SUBSIDY)
    first = await funding.get(f"/v1/payment-orders/{order['id']}")
    assert (first["paid"], first["failed"], first["lines"][0]["because"]) == (0, 1, "账号 ****** 已销户")
    await _sound(funding)
    statement = await funding.get(f"/v1/statements/{grant['recipient_id']}")
    assert statement["summary"]["totals"]["paid_fen"] == SUBSIDY


async def test_r_bank_return__beside_what_the_same_file_pays(funding: Funding) -> None:
    await appropriated(funding, 3 * SUBSIDY)
    grants = await payable(funding, 3)
    order = await ordered(funding, grants)
    one, two, three = (line["reference"] for line in order["lines"])
    await take_return(funding, order, bank((one, "成功", "3000.00", ""), (two, "成功", "3000.00", "")))
    rows = [(one, "退汇", "3000.00", ""), (two, "退票", "2999.00", ""), (three, "成功", "3000.00", "")]
    after = (await take_return(funding, order, bank(*rows))).json()
    assert [row["kind"] for row in after["returns"][1]["rows"]] == ["sent_back", "contradicts", "paid"]
    assert (after["state"], after["paid"], after["failed"], after["contradicted"]) == ("settled", 2, 1, 1)
    assert await left(funding) == (3 * SUBSIDY, 2 * SUBSIDY, 0)
    await _sound(funding)


async def test_r_bank_return__by_a_slip_takes_back_what_was_paid_by_itself(
    funding: Funding, token_for: TokenFor
) -> None:
    grant, *_ = await payable(funding)
    key = grant["id"]
    await funding.take(key, "payment")
    own = {"Idempotency-Key": "own", "Authorization": f"Bearer {token_for(subject='hand-payment')}"}
    refused = await funding.http.post(f"/v1/grants/{key}/bank-return", json=SLIP, headers=own)
    assert problem(refused) == (403, "same-hand")
    faults: tuple[tuple[dict[str, Any], str], ...] = (
        ({"returned_on": "2999-01-01"}, "/returned_on"),
        ({"returned_on": "2025-12-31"}, "/returned_on"),
        ({"reference": ""}, "/reference"),
        ({"reason": " "}, "/reason"),
    )
    for body, pointer in faults:
        wrong = await _slip(funding, token_for, key, key=pointer, **body)
        assert (problem(wrong)[0], wrong.json()["errors"][0]["pointer"]) == (422, pointer)
    assert problem(await _slip(funding, token_for, key, key="stale", version=1)) == (412, "precondition-failed")
    version = (await grant_of(funding, key))["version"]
    answered = await _slip(funding, token_for, key, version=version)
    assert (answered.status_code, answered.json()["state"]) == (200, "approved"), answered.text
    assert (await _slip(funding, token_for, key, version=version)).json() == answered.json()
    assert problem(await _slip(funding, token_for, key, reference="TP-2")) == (422, "idempotency-key-reused")
    assert problem(await _slip(funding, token_for, key, key="again")) == (409, "illegal-transition")
    assert await funding.balance("4001") == 0
    assert ("payee.correction", "district_officer") in await _tasks(funding)
    payee = await funding.http.get(f"/v1/payees/{grant['recipient_id']}")
    changed = await funding.http.put(
        f"/v1/payees/{grant['recipient_id']}",
        json={**ACCOUNT, "account_number": "3301000000000028"},
        headers={"If-Match": payee.headers["ETag"]},
    )
    assert changed.status_code == 200, "the account that was wrong is not frozen"
    again = await funding.http.post(f"/v1/grants/{key}/payment", headers={"Idempotency-Key": "p-2"})
    assert again.status_code == 200, again.text
    assert await funding.balance("4001") == -SUBSIDY
    await _sound(funding)
    amendable = await _slip(funding, token_for, key, key="third", reference="TP-3")
    assert amendable.status_code == 200
    headers = {"Authorization": f"Bearer {token_for(subject='amender')}"}
    less = {"amount_fen": 200_000, "reason": "核减", "reference": "TZ-1"}
    amended = await funding.http.post(f"/v1/grants/{key}/amendment", json=less, headers=headers)
    assert (amended.status_code, amended.json()["state"]) == (200, "raised"), amended.text
    await _sound(funding)


async def test_r_bank_return__settles_a_line_of_which_the_bank_says_no_more_than_that_it_failed(
    funding: Funding, token_for: TokenFor
) -> None:
    grant, order, reference = await _paid(funding)
    doubted = (await take_return(funding, order, bank((reference, "失败", "3000.00", "查询")))).json()
    assert (doubted["contradicted"], (await grant_of(funding, grant))["state"]) == (1, "paid")
    assert ("payment_order.contradiction", "payer") in await _tasks(funding)
    assert (await _slip(funding, token_for, grant["id"])).status_code == 200
    after = await funding.get(f"/v1/payment-orders/{order['id']}")
    assert (after["contradicted"], after["failed"], after["state"]) == (0, 1, "settled")
    [row] = after["returns"][-1]["rows"]
    assert (row["kind"], row["because"], row["paid_on"]) == ("sent_back", "TP-2026-1；收款账户已销户", "2026-11-02")
    assert ("payment_order.contradiction", "payer") not in await _tasks(funding)
    # What the bank then says it paid all the same waits in the order, as what had failed does.
    await take_return(funding, order, bank((reference, "成功", "3000.00", "重新入账")))
    assert problem(await send(funding, [grant])) == (409, "grant-ordered")
    await _sound(funding)


async def test_r_bank_return__of_what_was_used_or_taken_back_changes_nothing(
    funding: Funding, token_for: TokenFor
) -> None:
    require(funding.app)
    grant, order, reference = await _paid(funding)
    assert (await grant_of(funding, grant))["settlement_state"] == "open"
    await reported(funding, grant["id"])
    assert problem(await _slip(funding, token_for, grant["id"])) == (409, "payment-used")
    listed = (await take_return(funding, order, bank((reference, "退票", "3000.00", "")))).json()
    assert ([row["kind"] for row in listed["returns"][1]["rows"]], listed["contradicted"]) == (["contradicts"], 1)
    assert (await grant_of(funding, grant))["state"] == "paid"
    reversed_ = await paid(funding)
    await done(funding, reversed_, "reversal", reason="不符合条件", reference="CX-1")
    assert problem(await _slip(funding, token_for, reversed_, key="r")) == (409, "illegal-transition")
    await _sound(funding)


async def test_r_bank_return__after_an_amendment_the_rest_is_reviewed_again(
    funding: Funding, token_for: TokenFor
) -> None:
    await appropriated(funding, 2 * SUBSIDY)
    require(funding.app)
    grant, order, reference = await _paid(funding)
    await done(funding, grant["id"], "amendment", amount_fen=200_000, reason="核减", reference="TZ-1")
    assert (await take_return(funding, order, bank((reference, "退票", "3000.00", "")))).status_code == 201
    found = await grant_of(funding, grant)
    assert (found["state"], found["amount_fen"], found["return_due_fen"]) == ("raised", 200_000, 0)
    assert (found["reasons"][-1]["outcome"], found["reasons"][-1]["facts"]["due_fen"]) == ("reviewed_again", 200_000)
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [0, 0, 0]
    assert await left(funding) == (0, 0, 2 * SUBSIDY)
    await _sound(funding)
    for step in ("review", "approval"):
        answered = await funding.http.post(f"/v1/grants/{grant['id']}/{step}")
        assert answered.status_code == 200, answered.text
    second = await ordered(funding, [await grant_of(funding, grant)])
    await take_return(funding, second, bank((second["lines"][0]["reference"], "成功", "2000.00", "")))
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [200_000, 0, -200_000]
    assert await left(funding) == (200_000, 200_000, 400_000)
    await _sound(funding)


@pytest.mark.parametrize("successor", [True, False])
async def test_s30_what_comes_back_after_the_years_close_goes_on_with_the_next_year(
    funding: Funding, token_for: TokenFor, successor: bool
) -> None:
    await appropriated(funding, SUBSIDY)
    grant, *_ = await _paid(funding)
    await funding.change(f"UPDATE appropriations SET year = {YEAR - 1}")
    if successor:
        await appropriated(funding, SUBSIDY, "B-2")
    closed = await funding.http.post("/v1/appropriations/B-1/closing")
    assert closed.status_code == 200, closed.text
    assert (await _slip(funding, token_for, grant["id"])).status_code == 200
    await _sound(funding)
    why = (await grant_of(funding, grant))["reasons"][-1]
    assert why["facts"]["appropriation"] == ("B-2" if successor else "B-1")
    if successor:
        assert (await left(funding), await left(funding, "B-2")) == ((0, 0, 0), (SUBSIDY, 0, SUBSIDY))
        carried = (await funding.get("/v1/appropriations/B-2"))["reasons"][-1]
        assert (carried["outcome"], carried["facts"]["from"]) == ("carried_in", "B-1")
    else:
        assert await left(funding) == (SUBSIDY, 0, 0)
    second = await ordered(funding, [grant])
    await take_return(funding, second, bank((second["lines"][0]["reference"], "成功", "3000.00", "")))
    assert (await left(funding, "B-2" if successor else "B-1"))[1] == SUBSIDY
    await _sound(funding)


async def test_r_bank_return__a_slip_is_not_of_a_day_before_the_bank_paid(
    funding: Funding, token_for: TokenFor
) -> None:
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    row = f"业务参考号,处理结果,金额,支付日期\n{order['lines'][0]['reference']},成功,3000.00,2026-11-10\n"
    assert (await take_return(funding, order, row.encode("utf-8-sig"))).status_code == 201
    early = await _slip(funding, token_for, grant["id"], returned_on="2026-11-09")
    assert problem(early)[0] == 422
    assert early.json()["errors"][0]["detail"].startswith("2026年11月10日以前尚未拨付")
    assert (await _slip(funding, token_for, grant["id"], key="on the day", returned_on="2026-11-10")).status_code == 200
