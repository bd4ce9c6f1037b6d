"""Documents of funding (issue 15 §10): of a grant, a posting, a refund claim, with amounts in capitals and actors."""

from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.funding.conftest import Funding
from tests.funding.dues.helpers import allow_refunds, certified, claim
from tests.funding.ledger.helpers import posted, reverse, voucher
from tests.registry.documents.helpers import draft, file_of, issued, pointers, slug, take, text_of

pytestmark = pytest.mark.usefixtures("chinese_fonts")


async def printed(funding: Funding, document: dict[str, Any]) -> str:
    answer = await file_of(funding.http, document, "pdf")
    assert answer.status_code == 200, answer.text
    return "".join(text_of(answer.content).split())


async def made(funding: Funding, kind: str, subject: str, **given: Any) -> dict[str, Any]:
    return await issued(funding.http, {"kind": kind, "subject": subject, **given})


async def test_s30_voucher__has_lines_capitals_attachments_and_who_posted(funding: Funding) -> None:
    [transaction] = await posted(funding, voucher(10_700_053))
    document = await made(funding, "accounting_voucher", transaction, attachments=3)
    assert document["number"].startswith("西湖两新资凭〔"), "a series of its own"
    assert document["issuer"]["name"] == "中共西湖区委社会工作部"
    said = await printed(funding, document)
    for part in ("记账凭证", "1012党费专户存款¥107,000.53", "人民币壹拾万柒仟元零伍角叁分", "附件3张", "制单"):
        assert part in said, part
    assert document["facts"]["posted_by"] in said
    [again] = (await reverse(funding, [transaction], 1, 10_700_053)).json()["transactions"]
    reversal = await draft(funding.http, {"kind": "accounting_voucher", "subject": again, "attachments": 0})
    assert (reversal["facts"]["corrects"], reversal["facts"]["attachments"]) == (transaction, "0")
    lacking = await funding.http.post("/v1/documents", json={"kind": "accounting_voucher", "subject": transaction})
    assert pointers(lacking) == ["/attachments"]


async def test_h32_grant__has_a_sheet_a_notice_and_a_receipt(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review")
    content = {"kind": "payment_notice", "subject": grant["id"]}
    early = await funding.http.post("/v1/documents", json=content)
    assert (early.status_code, slug(early)) == (409, "document-subject-unfit")
    waiting = await draft(funding.http, {"kind": "grant_approval_sheet", "subject": grant["id"]})
    await funding.take(grant["id"], "approval")
    outdated = await take(funding.http, waiting, "check")
    assert (outdated.status_code, slug(outdated)) == (409, "document-outdated")
    notice = await made(funding, "payment_notice", grant["id"])
    assert "党建工作经费人民币叁仟元整（¥3,000.00）" in await printed(funding, notice)
    sheet = await made(funding, "grant_approval_sheet", grant["id"])
    said = await printed(funding, sheet)
    taken = (await funding.get(f"/v1/grants/{grant['id']}"))["history"]
    for step in taken[1:]:
        assert step["by"] in said
    assert "人民币叁仟元整" in said
    receipt = await made(funding, "receipt_form", grant["id"])
    assert receipt["number"] is None
    assert "收款单位（盖章）" in await printed(funding, receipt)


async def test_s25_refund__claim_is_printed_with_list_and_slip(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding, holder_kind="party_organization")
    refund = (await claim(funding, year["id"], 80)).json()
    said = await printed(funding, await made(funding, "refund_claim_sheet", refund["id"]))
    for part in ("党费返还申请表", "人民币捌角整", "QD-1", "HD-1"):
        assert part in said


async def test_documents__are_drafted_by_who_reads_grants_and_seen_by_the_unit_once_issued(
    funding: Funding, token_for: TokenFor
) -> None:
    own, other = await funding.raised(2, "review", "approval")
    drafted = await draft(funding.http, {"kind": "payment_notice", "subject": own["id"]})
    [seen, hidden] = [await made(funding, "payment_notice", one["id"]) for one in (own, other)]
    [transaction] = await posted(funding, voucher())
    books = await made(funding, "accounting_voucher", transaction, attachments=0)
    unit = {"Authorization": f"Bearer {token_for('secretary', ['330106'], units=[own['recipient_id']])}"}
    found = (await funding.http.get("/v1/documents", headers=unit)).json()["items"]
    assert [one["id"] for one in found] == [seen["id"]]
    elsewhere = {"Authorization": f"Bearer {token_for(divisions=['330105'], subject='elsewhere')}"}
    for headers, one in ((unit, drafted), (unit, hidden), (unit, books), (elsewhere, seen)):
        assert (await funding.http.get(f"/v1/documents/{one['id']}", headers=headers)).status_code == 404
    registrar = {"Authorization": f"Bearer {token_for('registrar', ['330106'], subject='r')}"}
    content = {"kind": "payment_notice", "subject": own["id"]}
    refused = await funding.http.post("/v1/documents", json=content, headers=registrar)
    assert (refused.status_code, slug(refused)) == (403, "forbidden")
    for kind, subject in (("payment_notice", "330106"), ("accounting_voucher", "x1")):
        body = {"kind": kind, "subject": subject} | ({"attachments": 1} if kind == "accounting_voucher" else {})
        assert pointers(await funding.http.post("/v1/documents", json=body)) == ["/subject"]
    named = await funding.http.post("/v1/documents", json={**content, "issuer": "330105-SWD"})
    assert pointers(named) == ["/issuer"]
