"""Office files in tests, as officials keep them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import xlsxwriter

from tests.registry.helpers import code

TITLE = "2026年西湖区社会组织党建情况统计表"
COLUMNS = [
    "序号",
    "社会统一信用代码",
    "名 称*",
    "组织类别",
    "所属区",
    "所属街道（镇）",
    "住所\n（必填）",
    "登记时间",
    "专职工作人员",
    None,
    "党员情况",
    None,
    "统计截止日期",
    "登记状态",
]
BELOW = [None] * 8 + ["人数（人）", "其中：正式党员", "正式党员", "预备党员"]
Row = list[Any]


def record(number: int, **changes: Any) -> Row:
    """A row as officials write it."""
    cells: dict[str, Any] = {
        "no": number,
        "uscc": code(number),
        "name": f"西湖区青禾{number}社会工作服务中心",
        "kind": "民非",
        "division": "西湖区",
        "street": "翠苑街道",
        "address": "示例路\n1 号",
        "registered_on": "2026年3月1日",
        "full_time_staff": "6人",
        "full_members_full_time": "３",
        "full_members": 4,
        "probationary_members": "无",
        "as_of": "2026.3.2",
        "status": "正常",
    }
    return list((cells | changes).values())


def form(records: Sequence[Row]) -> list[Row]:
    """A whole form: title, who fills it in, a heading of two rows, the records, totals, and its end."""
    return [
        [TITLE],
        ["填报单位：西湖区民政局", *[None] * 10, "单位：人"],
        list(COLUMNS),
        list(BELOW),
        [str(number) for number in range(1, 15)],
        *records,
        ["合计", *[None] * 7, 12, 6, 8, 0],
        ["填表人：张某", None, None, "审核人：李某", None, "填报日期：2026年3月5日"],
        ["注：本表由各街道报送。"],
    ]


def book(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """An xlsx of several sheets."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as written:
        for name, rows in sheets.items():
            sheet = written.add_worksheet(name)
            for number, cells in enumerate(rows):
                for place, value in enumerate(cells):
                    if value is not None:
                        sheet.write(number, place, value)
    return target.getvalue()


async def errors_of(client: httpx.AsyncClient, found: Mapping[str, Any], language: str = "zh") -> list[dict[str, Any]]:
    """The refused rows of an import."""
    response = await client.get(f"/v1/imports/{found['id']}/errors", headers={"Accept-Language": language})
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def details_of(client: httpx.AsyncClient, found: Mapping[str, Any], language: str = "zh") -> list[str]:
    """The sentences of the refused rows."""
    return [one["detail"] for error in await errors_of(client, found, language) for one in error["problem"]["errors"]]
