"""Cells become fields: headings in Chinese, values as officials write them."""

import pytest

from services.registry.imports.rules import COLUMNS, match_columns, to_fields
from tests.registry.imports.helpers import Row


def test_import__chinese_headings_and_values_are_understood() -> None:
    matched, missing = match_columns([f" {aliases[-1]} " for aliases in COLUMNS.values()] + ["备注"])
    assert set(matched.values()) == set(COLUMNS)
    assert missing == []
    cells = {
        " 组织类型 ": "社会服务机构",
        " 状态 ": "注销",
        " 截至 ": "2026-03-02",
        " 经纬度 ": "120.1,30.2",
        " 区划 ": 330106,
        " 正式党员数 ": "4",
        " 楼宇 ": None,
        "备注": "甲",
    }
    matched, _ = match_columns(list(cells))
    assert to_fields(cells, matched) == {
        "kind": "social_service_institution",
        "status": "deregistered",
        "as_of": "2026-03-02T00:00:00+08:00",
        "location": {"lon": 120.1, "lat": 30.2},
        "division": "330106",
        "full_members": 4,
    }


def test_import__what_cannot_be_read_is_left_to_be_refused() -> None:
    cells: Row = {"kind": ["social_group"], "status": {"a": 1}, "as_of": "昨天", "full_members": "四", "lon": "东"}
    matched, _ = match_columns(list(cells))
    assert to_fields(cells, matched) == {
        **{name: value for name, value in cells.items() if name != "lon"},
        "location": {"lon": "东"},
    }


@pytest.mark.parametrize("written", ["120.1,30.2", "120.1，30.2", " 120.1 ， 30.2 "])
def test_import__a_position_in_one_cell_may_have_either_comma(written: str) -> None:
    assert to_fields({"位置": written}, {"位置": "location"}) == {"location": {"lon": 120.1, "lat": 30.2}}
