"""Payment orders: verified accounts frozen, one channel, four hands, paid by what the bank returns, exactly once."""

import asyncio
import csv
import io
import zipfile
from typing import Any

import pytest

from services.funding.payment_orders.policies import PaymentParameters
from shared.field.files.process import read_file
from shared.field.policies import PolicyBook
from tests.conftest import ALL_ROLES, PROVINCES, TokenFor
from tests.funding.conftest import Funding
from tests.funding.helpers import AGAIN
from tests.funding.ledger.helpers import problem
from tests.funding.payment_orders.helpers import (
    SUBSIDY,
    bank,
    grant_of,
    ordered,
    payable,
    send,
    take_return,
)


async def test_orders__a_return_pays_once_and_lists_what_differs(funding: Funding) -> None:
    grants = await payable(funding, 5)
    order = await ordered(funding, grants, note="第一批")
    assert (order["state"], order["layout"], order["open"]) == ("ordered", "treasury", 5)
    assert {(await grant_of(funding, one))["order_state"] for one in grants} == {"ordered"}
    one, two, three, four, five = (line["reference"] for line in order["lines"])
    content = bank(
        (one, "成功", "3000.00", ""),
        (two, "失败", "3000.00", "账号 6222020000000000 户名不符"),
        (three, "成功", "2999.99", ""),
        (four, "处理中", "3000.00", ""),
        ("BANK-OWN-1", "成功", "88.00", ""),
    )
    answered = await take_return(funding, order, content)
    assert answered.status_code == 201, answered.text
    after = answered.json()
    [taken] = after["returns"]
    assert [row["kind"] for row in taken["rows"]] == ["paid", "failed", "amount_differs", "unreadable", "unknown"]
    assert taken["missing"] == [five]
    assert (taken["rows"][2]["amount_fen"], taken["rows"][2]["expected_fen"]) == (299_999, SUBSIDY)
    assert "6222" not in answered.text
    assert (after["state"], after["paid"], after["failed"], after["open"]) == ("ordered", 1, 1, 3)
    assert [reason["outcome"] for reason in after["reasons"]] == ["ordered", "differs"]
    assert [
        (found["state"], found["order_state"]) for found in [await grant_of(funding, one) for one in grants[:3]]
    ] == [
        ("paid", "paid"),
        ("approved", "failed"),
        ("approved", "ordered"),
    ]
    assert await funding.balance("4001") == -SUBSIDY
    again = await take_return(funding, order, content)
    assert (again.status_code, again.json()) == (200, after)
    rest = bank((one, "成功", "3000.00", ""), *((ref, "成功", "3000.00", "") for ref in (three, four, five)))
    last = (await take_return(funding, order, rest)).json()
    assert [row["kind"] for row in last["returns"][1]["rows"]] == ["repeated", "paid", "paid", "paid"]
    assert (last["state"], last["paid"], last["paid_total_fen"]) == ("settled", 4, 4 * SUBSIDY)
    assert await funding.balance("4001") == -4 * SUBSIDY
    assert len(await funding.rows("SELECT FROM ledger_transactions WHERE kind = 'grant_paid'")) == 4


async def test_orders__what_failed_is_ordered_again_once_its_account_is_right(funding: Funding) -> None:
    [grant] = await payable(funding)
    order = await ordered(funding, [grant])
    path = f"/v1/payees/{grant['recipient_id']}"
    version = {"If-Match": f'"{(await funding.get(path))["version"]}"'}
    content = {"holder": "新户名", "bank_code": AGAIN["bank_code"], "account_number": "3301000000000009"}
    assert problem(await funding.http.put(path, json=content, headers=version)) == (409, "payee-frozen")
    assert problem(await send(funding, [grant])) == (409, "grant-ordered")
    alone = await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers={"Idempotency-Key": "k"})
    assert problem(alone) == (409, "grant-ordered")
    [line] = order["lines"]
    await take_return(funding, order, bank((line["reference"], "失败", "3000.00", "户名不符")))
    assert (await funding.http.put(path, json=content, headers=version)).status_code == 200
    assert problem(await send(funding, [grant])) == (409, "payees-not-verified")
    again = {"bank_code": AGAIN["bank_code"], "account_number": "3301000000000009"}
    assert (await funding.http.post(f"{path}/verification", json=again)).status_code == 200
    second = await ordered(funding, [grant])
    assert second["lines"][0]["payee_version"] > line["payee_version"]
    late = await take_return(funding, order, bank((line["reference"], "成功", "3000.00", "")))
    assert late.json()["returns"][1]["rows"][0]["kind"] == "contradicts"
    paid = await take_return(funding, second, bank((second["lines"][0]["reference"], "成功", "3000.00", "")))
    assert paid.json()["state"] == "settled"
    steps = [one["step"] for one in (await grant_of(funding, grant))["history"]]
    assert steps[-4:] == ["ordering", "payment_failed", "ordering", "payment"]


@pytest.mark.parametrize("wrong", [{"count": 2}, {"total_fen": 1}, {"channel": "dues"}, {"division": "330102"}])
async def test_orders__what_does_not_match_orders_nothing(funding: Funding, wrong: dict[str, Any]) -> None:
    grants = await payable(funding)
    slugs = {"count": "summary-differs", "total_fen": "summary-differs", "channel": "other-channel"}
    refused = await send(funding, grants, **wrong)
    assert problem(refused)[1] == slugs.get(next(iter(wrong)), "invalid-input")
    assert (await funding.get("/v1/payment-orders"))["items"] == []
    assert (await grant_of(funding, grants[0]))["order_state"] is None


async def test_orders__need_a_verified_account(funding: Funding) -> None:
    grants = [*await payable(funding, 1), *await funding.raised(1, "review", "approval")]
    assert problem(await send(funding, grants)) == (409, "payees-not-verified")


async def test_orders__four_hands_apart(funding: Funding, token_for: TokenFor) -> None:
    [grant] = await payable(funding)
    approver = next(step["by"] for step in grant["history"] if step["step"] == "approval")

    async def ask(path: str, subject: str, **more: Any) -> Any:
        headers = {
            "Authorization": f"Bearer {token_for(ALL_ROLES, PROVINCES, subject)}",
            "Idempotency-Key": subject.encode().hex(),
        }
        return await funding.http.post(path, headers=headers, **more)

    body = {"division": "330106", "channel": "fiscal", "ids": [grant["id"]], "count": 1, "total_fen": SUBSIDY}
    assert problem(await ask("/v1/payment-orders", approver, json=body)) == (403, "same-hand")
    order = (await ask("/v1/payment-orders", "出纳", json=body)).json()
    content = bank((order["lines"][0]["reference"], "成功", "3000.00", ""))
    path = f"/v1/payment-orders/{order['id']}/returns"
    assert problem(await ask(path, approver, files={"file": ("a.csv", content)})) == (403, "same-hand")
    assert (await ask(path, "出纳", files={"file": ("a.csv", content)})).status_code == 201


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_orders__the_file_has_accounts_and_totals(funding: Funding, file_format: str) -> None:
    grants = await payable(funding, 2, party_organization_name="=HYPERLINK(1)")
    order = await ordered(funding, grants)
    assert AGAIN["account_number"] not in str(order)
    answered = await funding.http.get(f"/v1/payment-orders/{order['id']}/file", params={"format": file_format})
    assert answered.status_code == 200, answered.text
    assert f"{order['number']}.{file_format}" in answered.headers["content-disposition"]
    if file_format == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))
    else:
        [sheet] = await read_file(answered.content, "xlsx")
        rows = [cells for _, cells in sheet.rows()]
    head, first, _, total = rows
    named = dict(zip(head, first, strict=False))
    assert str(named["收款人账号"]).lstrip("'") == AGAIN["account_number"]
    assert named["支付金额（元）"] == "3000.00"
    assert named["金额大写"] == "叁仟元整"
    if file_format == "csv":
        assert named["受补助党组织"].startswith("'=")
    else:
        with zipfile.ZipFile(io.BytesIO(answered.content)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert named["支付令编号"] == order["lines"][0]["reference"]
    assert (total[0], total[head.index("支付金额（元）")]) == ("合计 2 笔", "6000.00")
    read = await funding.rows("SELECT FROM audit_log WHERE operation = 'read' AND object_type = 'payment_orders'")
    assert len(read) == 1
    kept = await funding.rows("SELECT encode(sealed, 'escape') AS sealed FROM payment_order_lines")
    assert all(AGAIN["account_number"] not in row["sealed"] for row in kept)


async def test_orders__an_own_file_filled_in_is_a_return(funding: Funding) -> None:
    """The treasury's columns come back with its result: xlsx, too, and its row of totals is no line."""
    order = await ordered(funding, await payable(funding, 2))
    answered = await funding.http.get(f"/v1/payment-orders/{order['id']}/file", params={"format": "csv"})
    head, *rows = list(csv.reader(io.StringIO(answered.content.decode("utf-8-sig"))))
    target = io.StringIO()
    csv.writer(target).writerows([[*head, "支付状态"], *([*row, "已支付"] for row in rows)])
    taken = (await take_return(funding, order, target.getvalue().encode())).json()
    assert (taken["state"], [row["kind"] for row in taken["returns"][0]["rows"]]) == ("settled", ["paid", "paid"])


async def test_orders__ten_clients_with_the_same_return_pay_once(funding: Funding) -> None:
    order = await ordered(funding, await payable(funding, 2))
    content = bank(*((line["reference"], "成功", "3000.00", "") for line in order["lines"]))
    answers = await asyncio.gather(*(take_return(funding, order, content) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [200] * 9 + [201]
    assert await funding.balance("4001") == -2 * SUBSIDY
    assert await funding.get("/v1/ledger/check") == {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def test_orders__at_once_a_grant_is_in_one(funding: Funding) -> None:
    grants = await payable(funding, 3)
    answers = await asyncio.gather(*(send(funding, grants if n % 2 else grants[::-1]) for n in range(10)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 9
    assert len(await funding.rows("SELECT FROM payment_order_lines")) == 3


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x00\x01", "业务参考号,处理结果\nX,成功\n".encode()])
async def test_orders__a_file_that_is_no_return_is_refused(funding: Funding, content: bytes) -> None:
    order = await ordered(funding, await payable(funding))
    refused = await take_return(funding, order, content)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/file")


async def test_orders__a_single_payment_needs_an_account_where_the_policy_says_so(funding: Funding) -> None:
    [found] = funding.app.state.payments.policies
    strict = PaymentParameters.model_validate(
        found.parameters.model_dump() | {"verified_payee_for_single_payment": True}
    )
    [bare] = await funding.raised(1, "review", "approval")
    [known] = await payable(funding)

    async def pay(grant: dict[str, Any]) -> Any:
        return await funding.http.post(f"/v1/grants/{grant['id']}/payment", headers={"Idempotency-Key": grant["id"]})

    before = funding.app.state.payments
    funding.app.state.payments = PolicyBook([type(found)(found.id, "", found.effective_from, None, "test", strict)])
    assert problem(await pay(bare)) == (409, "payees-not-verified")
    assert (await pay(known)).status_code == 200
    funding.app.state.payments = before
    assert (await pay(bare)).status_code == 200
