"""A report to print: what the JSON answers, in Chinese, with its definitions; the same report, the same bytes (D16)."""

import io
from datetime import date
from typing import Any

import httpx
import pytest
from docx import Document
from pypdf import PdfReader

from services.registry.statistics.files.printing import printed_statistics
from tests.conftest import TokenFor
from tests.registry.statistics.test_reports import PATH, filled, opened, step

__all__ = ["filled"]


async def printed(client: httpx.AsyncClient, report: dict[str, Any], **query: str) -> httpx.Response:
    return await client.get(f"{PATH}/{report['id']}/sheet", params=query)


def text_of(content: bytes) -> str:
    """All that is read on its pages, without blanks and breaks of lines."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


async def test_d16_sheet__says_what_the_report_says(filled: httpx.AsyncClient) -> None:
    report = await opened(filled, division="3301")
    found = await printed(filled, report)
    assert (found.status_code, found.headers["content-type"]) == (200, "application/pdf"), found.text
    assert "yearly-3301-2026-06-30.pdf" in found.headers["content-disposition"]
    text = text_of(found.content)
    for said in (
        "杭州市社会组织党建工作统计表",
        "2026年6月30日",
        "含下级",
        "已计算",
        "社会服务机构（民办非企业单位）",
        "50.00%",
        "截止日在册的社会组织。",
        "A=P+G",
        "单位负责人",
        "填报单位（盖章）",
    ):
        assert said in text, said
    for column in report["columns"]:
        assert f"{column['code']}{column['title']}：{column['definition']}" in text


async def test_d16_sheet__of_the_same_report_is_the_same(filled: httpx.AsyncClient) -> None:
    report = await opened(filled)
    first, second = [(await printed(filled, report)).content for _ in range(2)]
    assert first == second
    await step(filled, report, "signature", note="数据无误")
    signed = text_of((await printed(filled, report)).content)
    assert "已签署" in signed
    assert "数据无误" in signed


async def test_d16_sheet__as_a_file_of_word_names_divisions(filled: httpx.AsyncClient) -> None:
    report = await opened(filled, table="ledger", division="3301", cut_off="2026-09-30")
    found = await printed(filled, report, format="docx")
    tables = [
        [[cell.text for cell in row.cells] for row in table.rows]
        for table in Document(io.BytesIO(found.content)).tables
    ]
    keys = {row[0] for table in tables for row in table}
    assert {"拱墅区米市巷街道", "西湖区翠苑街道", "合计"} <= keys
    assert {one["key"] for one in report["rows"]} == {"330105 米市巷街道", "330106 翠苑街道"}


async def test_d16_sheet__refuses_other_formats_and_other_divisions(
    filled: httpx.AsyncClient, token_for: TokenFor
) -> None:
    report = await opened(filled)
    assert (await printed(filled, report, format="xlsx")).status_code == 422
    elsewhere = {"Authorization": f"Bearer {token_for('district_officer', ['330110'])}"}
    assert (await filled.get(f"{PATH}/{report['id']}/sheet", headers=elsewhere)).status_code == 404


def test_d16_sheet__says_what_is_broken_changed_and_assumed(stored: dict[str, Any]) -> None:
    stored["findings"] = {
        "broken": [{"row": "total", "rule": "A = B", "left": 3, "right": None}],
        "changes": [{"column": "A", "before": 1, "now": 3}, {"column": "B", "before": 9, "now": 1}],
        "compared": None,
    }
    stored["words"] = {"A": "新登记两家"}
    said = [block.text for block in printed_statistics(stored).content.blocks if block.kind == "text"]
    assert "合计不符合“A = B”：3与—。" in said
    assert "“A 社会组织数”由1变为3：新登记两家" in said
    assert "“B 应单独组建数”由9变为1：未说明" in said
    assert "2家社会组织在截止日的情况未存，按最早登记的情况计入。" in said


def test_d16_sheet__has_eight_columns_abreast(stored: dict[str, Any]) -> None:
    columns = [chr(ord("A") + number) for number in range(17)]
    stored["definition"]["columns"] = [
        {
            "code": one,
            "title": {"zh": one, "en": one},
            "definition": {"zh": "。", "en": "."},
            "measure": "organizations",
        }
        for one in columns
    ]
    cells = {one: number for number, one in enumerate(columns)} | {"Q": None}
    stored["figures"] = {"rows": [{"key": "foundation", "cells": cells}], "total": cells, "assumed": 0}
    blocks = printed_statistics(stored).content.blocks
    tables = [block.cells for block in blocks if block.kind == "table"][:-1]
    assert [len(table[0]) for table in tables] == [9, 9, 2]
    assert [table[1][0] for table in tables] == ["基金会"] * 3
    assert tables[2][1] == ("基金会", "—")


def column(code: str, title: str) -> dict[str, Any]:
    """Of a table's definition."""
    shown = {"title": {"zh": title, "en": title}, "definition": {"zh": "。", "en": "."}}
    return {"code": code, **shown, "measure": "organizations"}


@pytest.fixture
def stored() -> dict[str, Any]:
    """A report as a row of its table."""
    words = {"A": "社会组织数", "B": "应单独组建数"}
    return {
        "division": "330106",
        "cut_off": date(2026, 6, 30),
        "due_on": date(2026, 7, 31),
        "lower_levels": True,
        "state": "computed",
        "definition": {
            "policy": "p",
            "title": {"zh": "统计表", "en": "Table"},
            "rows": "kind",
            "cut_offs": ["06-30"],
            "due_days": 31,
            "columns": [
                {
                    "code": one,
                    "title": {"zh": name, "en": one},
                    "definition": {"zh": "。", "en": "."},
                    "measure": "organizations",
                }
                for one, name in words.items()
            ],
            "rules": [],
        },
        "figures": {"rows": [], "total": {"A": 3, "B": 1}, "assumed": 2},
        "findings": {"broken": [], "changes": [], "compared": None},
        "words": {},
        "steps": [],
    }
