"""The statement to print: its lines, and sums that are the ledger's (issue 15 §10)."""

from typing import Any
from uuid import uuid4

import pytest

from services.funding.statements import routes
from services.funding.statements.printing import printed_statement
from services.funding.statements.schemas import StatementPage
from shared.field.calendar import china_day
from shared.field.money import parse_yuan
from tests.funding.conftest import Funding, party_news
from tests.registry.documents.helpers import text_of

STEPS = ("review", "approval", "payment")


def fen(cell: str) -> int:
    return -parse_yuan(cell[1:]) if cell.startswith("-") else parse_yuan(cell)


def tables(statement: dict[str, Any]) -> list[list[list[str]]]:
    summary = statement["summary"]
    days = {"since": summary["from"], "until": summary["to"]}
    read = StatementPage.model_validate({**statement, "summary": {**summary, **days}})
    assert read.summary is not None
    shown = printed_statement(read.summary, read.items, china_day(read.items[-1].at))
    return [[list(row) for row in one.cells] for one in shown.content.blocks if one.kind == "table"]


async def test_s30_sheet__has_every_line_and_the_ledgers_sums(funding: Funding) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    [grant] = await funding.raised(1, *STEPS, party_organization_id=party)
    back = await funding.http.post(
        f"/v1/grants/{grant['id']}/reversal", json={"reason": "不符合条件", "reference": "CX-1"}
    )
    assert back.status_code == 200, back.text
    statement = await funding.get(f"/v1/statements/{party}")
    accounts, postings, events = tables(statement)
    found = {row[0].split()[0]: fen(row[-1]) for row in accounts[1:-1]}
    assert found == {code: await funding.balance(code, recipient=str(party)) for code in found}
    debited, credited = (sum(fen(row[side] or "0") for row in postings[1:-1]) for side in (2, 3))
    assert [fen(one) for one in postings[-1][2:4]] == [debited, credited] == [fen(one) for one in accounts[-1][2:4]]
    assert debited == credited > 0
    assert fen(accounts[-1][-1]) == 0
    assert [row[1].split("，")[0] for row in events[1:]] == ["决定给予", "拟定", "复核", "批准", "拨付", "撤销"]
    assert "不符合条件" in events[-1][3]
    assert all(one["by"] in events[row + 1][2] for row, one in enumerate(statement["items"][:1]) if one["by"])


@pytest.mark.usefixtures("chinese_fonts")
async def test_s30_sheet__is_printed_with_page_numbers_in_whole_or_of_days(
    funding: Funding, monkeypatch: pytest.MonkeyPatch
) -> None:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    await funding.raised(1, *STEPS, party_organization_id=party)
    path = f"/v1/statements/{party}/sheet"
    answer = await funding.http.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text
    said = "".join(text_of(answer.content).split())
    for part in ("资金往来明细", "人民币叁仟元整", "西湖区（330106）", "—1—", "首笔至末笔", "党支部"):
        assert part in said, part
    days = await funding.http.get(path, params={"from": "2020-01-01", "to": "2020-12-31"})
    said = "".join(text_of(days.content).split())
    assert "2020年1月1日至2020年12月31日" in said
    assert "人民币零元整" in said
    assert (await funding.http.get(path, params={"format": "docx"})).content.startswith(b"PK")
    monkeypatch.setattr(routes, "MOST_LINES", 3)
    most = await funding.http.get(path)
    assert (most.status_code, most.json()["type"].rpartition(":")[2]) == (422, "too-many-lines")


async def test_s30_sheet__refuses_what_the_statement_refuses(funding: Funding) -> None:
    unknown = await funding.http.get(f"/v1/statements/{uuid4()}/sheet")
    assert unknown.status_code == 404
    [grant] = await funding.raised(1)
    path = f"/v1/statements/{grant['recipient_id']}/sheet"
    for query, pointer in (
        ({"from": "2026-03-02", "to": "2026-03-01"}, "/query/from"),
        ({"format": "xlsx"}, "/query/format"),
    ):
        refused = await funding.http.get(path, params=query)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
