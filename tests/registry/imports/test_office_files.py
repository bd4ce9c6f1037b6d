"""Files as offices really keep them: understood, or refused with the cell and a sentence."""

import io
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlsxwriter
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.helpers import code, rows
from tests.registry.imports.helpers import as_csv, counts, import_file, post, row, work_off, xlsx
from tests.registry.imports.office import COLUMNS, book, details_of, errors_of, form, record
from tests.shared.field.files.helpers import ods, ods_row, with_rows

COUNT = "SELECT count(*) AS n FROM organizations"
INSTRUCTIONS = [["填写说明"], ["1. 请在“名册”中填写"], ["统一社会信用代码", "18 位"], ["名称", "全称"]]


async def shown(client: httpx.AsyncClient, number: int) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/v1/organizations/{code(number)}")).json()
    return found


async def test_t19_form__with_all_that_stands_around_a_table(app: FastAPI, client: httpx.AsyncClient) -> None:
    content = book(
        {"填写说明": INSTRUCTIONS, "名册": form([record(1), record(2, status="撤销"), [None, None], record(3)])}
    )
    found = await import_file(app, client, content, "统计表.xlsx")
    assert (found["state"], found["counts"]) == ("completed", counts(total=3, created=3))
    assert (found["sheet"], found["sheets_left_out"]) == ("名册", ["填写说明"])
    one = await shown(client, 1)
    assert {name: one[name] for name in ("kind", "division", "street", "address", "registered_on", "status")} == {
        "kind": "social_service_institution",
        "division": "330106",
        "street": "翠苑街道",
        "address": "示例路1 号",
        "registered_on": "2026-03-01",
        "status": "registered",
    }
    assert [one[name] for name in ("full_time_staff", "full_members_full_time", "full_members")] == [6, 3, 4]
    assert (one["probationary_members"], one["as_of"]) == (0, "2026-03-01T16:00:00Z")
    assert (await shown(client, 2))["status"] == "deregistered"
    assert [(one["row"], one["why"]) for one in found["skipped"]] == [
        (5, "栏号或单位行"),
        (10, "合计行"),
        (11, "表尾"),
        (12, "表尾"),
    ]


async def test_t19_merged__a_status_over_several_rows_is_not_lost(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Only the first row of a merged cell has its value: the others would be taken as registered."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as written:
        sheet = written.add_worksheet("名册")
        for number, cells in enumerate(form([record(1), record(2, status=None), record(3)])):
            sheet.write_row(number, 0, cells)
        sheet.merge_range(5, 13, 6, 13, "注销")
    found = await import_file(app, client, target.getvalue(), "名册.xlsx")
    assert found["counts"] == counts(total=3, created=2, refused=1)
    assert (await shown(client, 1))["status"] == "deregistered"
    assert await details_of(client, found) == [
        "N7（登记状态）在合并单元格内，只有合并区域的第一行有值。请取消合并，在每一行填写。"
    ]


@pytest.mark.parametrize("ending", ["xls", "et"])
async def test_t19_formats__xls_and_et(app: FastAPI, client: httpx.AsyncClient, ending: str) -> None:
    """`list.xls` was written by xlwt: an instruction sheet, a title, two organizations, totals."""
    content = Path(__file__).with_name("list.xls").read_bytes()
    found = await import_file(app, client, content, f"名单.{ending}")
    assert (found["state"], found["counts"]) == ("completed", counts(total=2, created=2))
    assert (await shown(client, 2))["name"] == "西湖区银杏助老服务中心"


async def test_t19_formats__ods_tsv_and_csv_with_a_separator(app: FastAPI, client: httpx.AsyncClient) -> None:
    table = [["表", *[None] * 13], *form([record(1)])[2:]]
    texts = [["" if cell is None else str(cell).replace("\n", "") for cell in cells] for cells in table]
    files = {
        "a.ods": ods([ods_row(*cells) for cells in texts]),
        "a.tsv": "\n".join("\t".join(cells) for cells in texts).encode("gb18030"),
        "a.csv": ("sep=;\n" + "\n".join(";".join(cells) for cells in texts)).encode("utf-16"),
    }
    for filename, content in files.items():
        found = await import_file(app, client, content, filename)
        assert (found["state"], found["counts"]["total"], found["counts"]["refused"]) == ("completed", 1, 0), filename
    assert await rows(app, COUNT) == [{"n": 1}]


@pytest.mark.parametrize(
    ("changes", "cell", "zh", "en"),
    [
        ({"kind": "民办机构"}, "D6", "D6（组织类别）的值“民办机构”无法识别，请填写：社会团体、", "Cell D6 (组织类别)"),
        (
            {"registered_on": "去年"},
            "H6",
            "H6（登记时间）的值“去年”不是可识别的日期",
            "Cell H6 (登记时间): '去年' is no date",
        ),
        ({"full_time_staff": "约6人"}, "I6", "I6（专职工作人员 / 人数（人））的值“约6人”不是整数", "no whole number"),
        ({"division": "西胡区"}, "E6", "E6（所属区）的值“西胡区”不是可识别的行政区划", "is no division"),
        ({"status": "停业"}, "N6", "N6（登记状态）的值“停业”无法识别，请填写：正常、注销。", "'停业' is not known"),
        ({"name": None}, "C6", "C6（名 称*）没有填写，此项必填。", "Cell C6 (名 称*) is empty, and needed."),
        ({"uscc": "52330106PDY00001XX"}, "B6", "B6（社会统一信用代码）的值“52330106PDY00001XX”有误：", "check digit"),
        ({"uscc": 523301061234567890}, "B6", "B6（社会统一信用代码）是数字“5.23", "keeps 15 digits of a number"),
        ({"as_of": "2026年2月30日"}, "M6", "M6（统计截止日期）的值“2026年2月30日”不是日历上的日期。", "the calendar"),
        ({"street": "无"}, "F6", "F6（所属街道（镇））没有填写，此项必填。", "is empty, and needed"),
        ({"uscc": "无"}, "B6", "B6（社会统一信用代码）没有填写，此项必填。", "is empty, and needed"),
        ({"full_members": 2}, "J6", "J6（专职工作人员 / 其中：正式党员）的值“３”有误：", "full members"),
    ],
)
async def test_t19_cells__what_is_not_understood_is_named(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], cell: str, zh: str, en: str
) -> None:
    found = await import_file(app, client, book({"名册": form([record(1, **changes), record(2)])}), "a.xlsx")
    assert found["counts"] == counts(total=2, created=1, refused=1)
    [error] = await errors_of(client, found)
    assert error["row"] == 6
    assert [one["cell"] for one in error["cells"]] == [cell]
    [detail] = await details_of(client, found)
    assert detail.startswith(zh)
    assert detail.endswith("。")
    [english] = await details_of(client, found, "en")
    assert en in english


async def test_t19_cells__all_faults_of_a_row_at_once_and_each_with_its_cell(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    table = form([record(1, uscc="52330106PDY00001XX", kind="?", as_of="?")])
    found = await import_file(app, client, book({"名册": table}), "a.xlsx")
    [error] = await errors_of(client, found)
    assert [(one["cell"], one["heading"], one["value"]) for one in error["cells"]] == [
        ("M6", "统计截止日期", "?"),
        ("D6", "组织类别", "?"),
        ("B6", "社会统一信用代码", "52330106PDY00001XX"),
    ]


async def test_t19_cells__half_a_position_and_a_division_out_of_reach(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    table = [["名称", *COLUMNS[:2], *COLUMNS[3:8], *NEEDED, "经度", "纬度"]]
    for number, division, longitude in ((1, "330106", 120.1), (2, "330105", None)):
        cells = record(number)
        table.append([cells[2], *cells[:2], *cells[3:4], division, *cells[5:13], longitude])
    registrar = {"Authorization": f"Bearer {token_for('registrar', ['330106'])}"}
    posted = await client.post("/v1/imports", files={"file": ("a.xlsx", book({"名册": table}))}, headers=registrar)
    assert posted.status_code == 202, posted.text
    await work_off(app)
    listed = await client.get(f"/v1/imports/{posted.json()['id']}/errors", headers=registrar)
    told = [one["detail"] for error in listed.json()["items"] for one in error["cells"]]
    assert told[0] == "O2（纬度）没有填写，经度和纬度应同时填写。"
    assert told[1].startswith("E3（所属区）的值“330105”有误：行政区划“330105”不在")


NEEDED = ["专职工作人员", "专职正式党员", "正式党员", "预备党员", "数据截至"]


async def test_t55_code__a_number_says_how_to_mend_the_column(app: FastAPI, client: httpx.AsyncClient) -> None:
    rows_ = form(
        [record(1, uscc=513301000000000), record(2, uscc=f"统一代码：{code(2)}"), record(3, uscc=f"'{code(3)}")]
    )
    found = await import_file(app, client, book({"名册": rows_}), "a.xlsx")
    assert found["counts"] == counts(total=3, created=2, refused=1)
    [detail] = await details_of(client, found)
    assert "表格软件对数字只保留 15 位" in detail
    assert "设为“文本”格式" in detail


async def test_t19_formula__without_a_value_is_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    content = xlsx([row(1)])
    cells = "".join(f'<c r="{letter}3"><f>A2</f><v></v></c>' for letter in "BC")
    cells += '<c r="H3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    broken = with_rows(content, f'<row r="3"><c r="A3" t="inlineStr"><is><t>{code(2)}</t></is></c>{cells}</row>')
    found = await import_file(app, client, broken, "a.xlsx")
    details = await details_of(client, found)
    assert details[0] == "B3（name）是公式，但文件中没有它的计算结果。请用表格软件打开并保存，或粘贴为数值。"
    assert [detail for detail in details if "#DIV/0!" in detail]
    assert found["counts"] == counts(total=2, created=1, refused=1)


async def test_t19_twice__other_content_is_not_taken_from_either_row(app: FastAPI, client: httpx.AsyncClient) -> None:
    table = form([record(1), record(2), record(1, name="西湖区另一名称服务中心", uscc=f"统一代码：{code(1)}")])
    found = await import_file(app, client, book({"名册": table}), "a.xlsx")
    assert found["counts"] == counts(total=3, created=1, refused=2)
    first, second = await details_of(client, found)
    assert first.startswith(f"B6（社会统一信用代码）的代码“{code(1)}”在文件中出现多次（第 6、8 行），")
    assert first.endswith("内容不同，均未采用。请只保留正确的一行。")
    assert "（第 6、8 行）" in second


async def test_t19_twice__equal_rows_are_taken_once_and_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, as_csv([row(1), row(1)], "utf-8"), "a.csv")
    assert found["counts"] == counts(total=2, created=1, refused=1)
    [detail] = await details_of(client, found)
    assert "与第 2 行重复，内容相同" in detail


async def test_t19_twice__also_far_apart(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.registry.imports import runner

    monkeypatch.setattr(runner, "CHUNK_ROWS", 2)
    made = [row(1), row(2), row(3), row(4), row(1, name="西湖区另一名称服务中心")]
    found = await import_file(app, client, xlsx(made), "a.xlsx")
    assert found["counts"] == counts(total=5, created=3, refused=2)


@pytest.mark.parametrize("word", ["注销", "已撤销", "撤销登记", "吊销"])
async def test_t18_status__in_a_column_that_is_not_read(app: FastAPI, client: httpx.AsyncClient, word: str) -> None:
    """Whatever the column is called, nobody is registered whose row says that it was struck off."""
    table = form([record(1, status=word), record(2, status=None)])
    table[2] = [*COLUMNS[:-1], "备注"]
    found = await import_file(app, client, book({"名册": table}), "a.xlsx")
    assert found["counts"] == counts(total=2, created=1, refused=1)
    [detail] = await details_of(client, found)
    assert detail.startswith(f"N6（备注）写有“{word}”，但该列不是已识别的状态列。")


@pytest.mark.parametrize("heading", ["登记状态", "状 态", "组织状态（必填）", "存续状态"])
async def test_t18_status__usual_headings_are_read(app: FastAPI, client: httpx.AsyncClient, heading: str) -> None:
    table = form([record(1, status="注销")])
    table[2] = [*COLUMNS[:-1], heading]
    found = await import_file(app, client, book({"名册": table}), "a.xlsx")
    assert found["counts"]["created"] == 1
    assert (await shown(client, 1))["status"] == "deregistered"


@pytest.mark.parametrize("heading", ["登记状态情况", "是否注销", "目前状态", "登记状况"])
async def test_t18_status__a_heading_that_is_nearly_one_stops(
    app: FastAPI, client: httpx.AsyncClient, heading: str
) -> None:
    table = form([record(1, status="是")])
    table[2] = [*COLUMNS[:-1], heading]
    refused = await post(client, book({"名册": table}), "a.xlsx")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:shuangfu:problem:unclear-columns")
    [error] = refused.json()["errors"]
    assert error["detail"] == f"N 列“{heading}”没有读取。它与“状态”相近，如需读取请改用该标题。"
    assert await rows(app, "SELECT id FROM imports") == []


async def test_t18_answer__names_what_was_matched_and_what_was_not(app: FastAPI, client: httpx.AsyncClient) -> None:
    table = form([record(1)])
    table[2] = [*COLUMNS, "业务主管单位名称", "联系电话", "开票抬头"]
    table[3] = [*table[3], None, None]
    body = (await post(client, book({"名册": table}), "a.xlsx", dry_run="true")).json()
    assert {"column": "B", "heading": "社会统一信用代码", "field": "uscc"} in body["columns"]
    assert {"column": "J", "heading": "专职工作人员 / 其中：正式党员", "field": "full_members_full_time"} in body[
        "columns"
    ]
    assert [(one["column"], one["heading"], one["like"]) for one in body["ignored_columns"]] == [
        ("A", "序号", None),
        ("O", "业务主管单位名称", "name"),
        ("P", "联系电话", None),
        ("Q", "开票抬头", None),
    ]
    assert body["warnings"] == ["O 列“业务主管单位名称”没有读取。它与“名称”相近，如需读取请改用该标题。"]
    assert body["policies"] == ["default-imports"]


async def test_t18_missing__a_near_heading_is_suggested(client: httpx.AsyncClient) -> None:
    table = form([record(1)])
    table[2] = [*COLUMNS[:5], "所属街道社区名", *COLUMNS[6:]]
    refused = await post(client, book({"名册": table}), "a.xlsx")
    assert (refused.status_code, refused.json()["columns"]) == (422, "street")
    assert refused.json()["errors"][0]["detail"] == ("缺少列“街道”；F 列“所属街道社区名”与它相近，如是请改用该标题。")


async def test_t18_twice__two_columns_of_one_field_are_refused(client: httpx.AsyncClient) -> None:
    table = form([record(1)])
    table[2] = [*COLUMNS[:-1], "机构名称"]
    refused = await post(client, book({"名册": table}), "a.xlsx")
    assert (refused.status_code, refused.json()["reason"]) == (422, "file_columns_duplicate")
    assert "C 名 称*、N 机构名称" in refused.json()["detail"]


async def test_t63_sheets__two_filled_ones_are_named_or_chosen(app: FastAPI, client: httpx.AsyncClient) -> None:
    content = book({"翠苑": form([record(1)]), "北山": form([record(2)]), "空表": []})
    refused = await post(client, content, "a.xlsx")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:shuangfu:problem:several-sheets")
    assert refused.json()["detail"] == "以下工作表都有名单：翠苑、北山。请以“sheet”指定要导入的一个。"
    for sheet, number in (("北 山", 2), ("1", 1)):
        found = await import_file(app, client, content, "a.xlsx", sheet=sheet)
        assert found["counts"] == counts(total=1, created=1)
        assert (await shown(client, number))["uscc"] == code(number)
    assert found["sheets_left_out"] == ["北山"]
    unknown = await post(client, content, "a.xlsx", sheet="西溪")
    assert unknown.json()["errors"] == [
        {"pointer": "/sheet", "detail": "没有工作表“西溪”，文件中有：翠苑、北山、空表。"}
    ]


async def test_t67_sheet__formatted_to_its_end(app: FastAPI, client: httpx.AsyncClient) -> None:
    styled = "".join(
        f'<row r="{number}"><c r="A{number}" s="1"/><c r="T{number}" s="1"/></row>' for number in range(3, 90_000)
    )
    content = with_rows(xlsx([row(1)]), styled + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    found = await import_file(app, client, content, "a.xlsx")
    assert (found["state"], found["counts"]) == ("completed", counts(total=1, created=1))


async def test_t19_rows__numbered_ahead_and_headings_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    table = form([record(1), [2], [3], list(COLUMNS), list(BELOW_AGAIN), record(4)])
    found = await import_file(app, client, book({"名册": table}), "a.xlsx")
    assert found["counts"] == counts(total=2, created=2)


BELOW_AGAIN = [None] * 8 + ["人数（人）", "其中：正式党员", "正式党员", "预备党员"]
