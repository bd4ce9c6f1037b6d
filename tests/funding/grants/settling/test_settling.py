"""From paid to closed over HTTP: ledger, tasks, reports, and who may not do what."""

from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import TokenFor
from tests.funding.appropriations.helpers import appropriated, left
from tests.funding.conftest import Funding
from tests.funding.grants.settling.helpers import PAID, done, paid, reported, send, slug, voucher

ACCOUNTS = ("5001", "2307", "4001")
REASON = {"reason": "经复核不符合条件", "reference": "CX-2026-1"}


async def balances(funding: Funding) -> list[int]:
    """Expense, payable, appropriation."""
    return [await funding.balance(code) for code in ACCOUNTS]


async def waiting(funding: Funding) -> list[tuple[str, str, str | None]]:
    items = (await funding.get("/v1/tasks"))["items"]
    return [(one["kind"], one["waits_for"], one["due_on"]) for one in items if one["subject"]["type"] == "grant"]


async def owed(funding: Funding, grant_id: str) -> tuple[int, int, int]:
    """Approved, paid and owed, as the recipient's report and statement have it: the same."""
    recipient = (await funding.get(f"/v1/grants/{grant_id}"))["recipient_id"]
    statement = (await funding.get(f"/v1/statements/{recipient}"))["summary"]["totals"]
    [row] = [
        one for one in (await funding.get("/v1/reports/grants", by="recipient"))["items"] if one["key"] == recipient
    ]
    found = (row["approved_fen"], row["paid_fen"], row["owed_fen"])
    assert found == (statement["approved_fen"], statement["paid_fen"], statement["owed_after_fen"])
    return found


async def test_d11_from_paid_to_closed_each_requirement_is_a_task_until_it_is_met(funding: Funding) -> None:
    grant = await paid(funding)
    file = await funding.get(f"/v1/grants/{grant}/settlement")
    assert (file["settlement_state"], file["use_reports"], file["settlement"]) == ("open", [], None)
    assert await waiting(funding) == [("grant.use_report", "secretary", file["use_report_due_on"])]
    await reported(funding, grant, voucher("V-1", 120_000))
    supplement = await reported(funding, grant, voucher("V-2", 80_000))
    assert [(one["number"], one["total_fen"]) for one in supplement["use_reports"]] == [(1, 120_000), (2, 80_000)]
    assert await waiting(funding) == [("grant.settlement", "reviewer", file["settlement_due_on"])]
    settled = await done(funding, grant, "settlement", used_fen=190_000, grade="良", note="按期完成")
    assert (settled["settlement_state"], settled["return_due_fen"]) == ("evaluated", 110_000)
    assert await waiting(funding) == [("grant.balance_return", "payer", settled["return_due_on"])]
    assert await balances(funding) == [190_000, 110_000, -300_000]
    assert await owed(funding, grant) == (190_000, 300_000, -110_000)
    await done(funding, grant, "balance-return", amount_fen=10_000, reference="B-1", returned_on="2026-11-01")
    closed = await done(funding, grant, "balance-return", amount_fen=100_000, reference="B-2", returned_on="2026-11-02")
    assert (closed["settlement_state"], await waiting(funding)) == ("closed", [])
    assert await balances(funding) == [190_000, 0, -190_000]
    assert await owed(funding, grant) == (190_000, 190_000, 0)
    shown = await funding.get(f"/v1/grants/{grant}")
    assert [one["step"] for one in shown["history"]][-5:] == [
        "use_report",
        "use_report",
        "final_settlement",
        "balance_return",
        "balance_return",
    ]
    assert [one["rule"] for one in closed["reasons"]] == [
        "R-after-payment",
        *["R-use-report"] * 2,
        "R-settlement",
        *["R-balance-return"] * 2,
    ]
    named = await funding.rows(
        "SELECT t.kind, p.kind AS of FROM ledger_transactions t JOIN ledger_transactions p ON p.id = t.concerns "
        "ORDER BY t.posted_at"
    )
    assert [(row["kind"], row["of"]) for row in named] == [
        ("grant_reduced", "grant_paid"),
        *[("grant_returned", "grant_paid")] * 2,
    ]


async def test_d11_a_grant_of_a_scheme_without_requirements_is_done_once_it_is_paid(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval", "payment")
    assert grant["settlement_state"] is None
    assert await waiting(funding) == []
    refused = await send(funding, grant["id"], "use-report", vouchers=[voucher()])
    assert slug(refused) == (409, "nothing-required")
    assert slug(await send(funding, grant["id"], "settlement", used_fen=1, grade="优")) == (409, "nothing-required")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"vouchers": []}, "/vouchers"),
        ({"vouchers": [voucher(amount_fen=PAID + 1)]}, "/vouchers"),
        ({"vouchers": [voucher(amount_fen=1), voucher(amount_fen=1)]}, "/vouchers/1/reference"),
        ({"vouchers": [voucher(on="2999-01-01")]}, "/vouchers/0/on"),
        ({"vouchers": [voucher(purpose="11010519491231002X")]}, "/vouchers/0/purpose"),
        ({"vouchers": [voucher(amount_fen=1.5)]}, "/vouchers/0/amount_fen"),
    ],
)
async def test_d11_a_wrong_report_names_its_field_and_changes_nothing(
    funding: Funding, body: dict[str, Any], where: str
) -> None:
    grant = await paid(funding)
    before = await funding.get(f"/v1/grants/{grant}")
    refused = await send(funding, grant, "use-report", **body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, where), refused.text
    assert await funding.get(f"/v1/grants/{grant}") == before


async def test_d11_who_reported_or_paid_does_not_settle_and_who_settled_does_not_book_the_return(
    funding: Funding, token_for: TokenFor
) -> None:
    grant = await paid(funding)
    await reported(funding, grant, voucher(amount_fen=100_000))
    roles = ["reviewer", "payer", "approver"]
    for subject, status in (("hand-use-report", 403), ("hand-payment", 403), ("other", 200)):
        headers = {"Authorization": f"Bearer {token_for(roles, ['33'], subject)}", "Idempotency-Key": subject}
        body = {"used_fen": 100_000, "grade": "优"}
        answered = await funding.http.post(f"/v1/grants/{grant}/settlement", json=body, headers=headers)
        assert answered.status_code == status, answered.text
    back = {"amount_fen": 200_000, "reference": "B-1", "returned_on": "2026-11-01"}
    headers["Idempotency-Key"] = "back"
    refused = await funding.http.post(f"/v1/grants/{grant}/balance-return", json=back, headers=headers)
    assert slug(refused) == (403, "same-hand")
    await done(funding, grant, "balance-return", **back)
    again = await send(funding, grant, "balance-return", **{**back, "amount_fen": 1})
    assert slug(again) == (409, "return-recorded")


async def test_d11_an_approved_grant_is_reversed_with_its_posting_and_its_commitment(funding: Funding) -> None:
    await appropriated(funding, 300_000)
    [grant] = await funding.raised(1, "review", "approval")
    assert await left(funding) == (300_000, 0, 0)
    gone = await done(funding, grant["id"], "reversal", **REASON)
    assert (gone["state"], gone["reasons"][-1]["rule"], gone["history"][-1]["step"]) == (
        "reversed",
        "R-reversal",
        "reversal",
    )
    assert (await balances(funding), await left(funding), await waiting(funding)) == ([0, 0, 0], (0, 0, 300_000), [])
    posted = await funding.rows(
        "SELECT o.kind FROM ledger_transactions t JOIN ledger_transactions o ON o.id = t.corrects"
    )
    assert [row["kind"] for row in posted] == ["grant_approved"]
    assert (await funding.rows("SELECT type FROM outbox ORDER BY seq"))[-1]["type"].endswith("grant.reversed.v1")
    assert slug(await send(funding, grant["id"], "reversal", **{**REASON, "reference": "CX-2"})) == (
        409,
        "illegal-transition",
    )
    [other] = await funding.raised(1, "review", "approval")
    assert (other["state"], await left(funding)) == ("approved", (300_000, 0, 0))


async def test_d11_a_paid_grant_is_reversed_and_its_budget_comes_back_with_the_money(funding: Funding) -> None:
    await appropriated(funding, 300_000)
    grant = await paid(funding)
    await reported(funding, grant, voucher(amount_fen=250_000))
    await done(funding, grant, "settlement", used_fen=250_000, grade="差")
    assert await balances(funding) == [250_000, 50_000, -300_000]
    await done(funding, grant, "reversal", **REASON)
    assert await balances(funding) == [0, 300_000, -300_000]
    [(kind, role, due)] = await waiting(funding)
    assert (kind, role, due is None) == ("grant.balance_return", "payer", False)
    assert await left(funding) == (300_000, 300_000, 0)
    await done(funding, grant, "balance-return", amount_fen=100_000, reference="B-1", returned_on="2026-11-01")
    assert await left(funding) == (300_000, 300_000, 0)
    await done(funding, grant, "balance-return", amount_fen=200_000, reference="B-2", returned_on="2026-11-02")
    assert (await balances(funding), await left(funding), await waiting(funding)) == ([0, 0, 0], (0, 0, 300_000), [])
    assert (await funding.get("/v1/ledger/check"))["accounts_drifting"] == 0


async def test_d11_a_secretary_reports_for_the_own_party_organization_alone(
    funding: Funding, token_for: TokenFor
) -> None:
    grant = await paid(funding)
    recipient = (await funding.get(f"/v1/grants/{grant}"))["recipient_id"]
    for unit, status in ((str(uuid4()), 404), (recipient, 200)):
        token = token_for("secretary", ["33"], "secretary", units=[unit])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": unit}
        body = {"vouchers": [voucher()]}
        answered = await funding.http.post(f"/v1/grants/{grant}/use-report", json=body, headers=headers)
        assert answered.status_code == status, answered.text
