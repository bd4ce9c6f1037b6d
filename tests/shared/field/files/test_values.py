"""Cells as officials write them."""

from datetime import date

import pytest

from shared.field.files.values import (
    CellError,
    read_code,
    read_count,
    read_date,
    read_degrees,
    read_division,
    read_instant,
    read_pair,
    read_text,
)

DAY = date(2026, 3, 1)
CODE = "51330100PDY00001X2"


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-01",
        "2026年3月1日",
        "2026年03月01号",
        "2026.3.1",
        "2026. 3. 1",
        "2026/3/1",
        "2026／03／01",
        "2026/3/1 0:00:00",
        "20260301",
        20260301,
        46082,
        46082.0,
        "46082",
        "２０２６年３月１日",
        "二〇二六年三月一日",
        "2026-03-01T09:00:00",
        " 2026-3-1 ",
    ],
)
def test_t19_date__usual_ways(written: object) -> None:
    assert read_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    ["昨天", "2026年3月", "3/1/2026", "26.3.1", 2026.3, 7, 86400, True, {"a": 1}, "20260302090000", "2026年3月1日起"],
)
def test_t19_date__what_could_be_read_in_two_ways_is_not_read(written: object) -> None:
    with pytest.raises(CellError, match="date_unknown"):
        read_date(written)


@pytest.mark.parametrize("written", ["2026-02-30", "20261301", "99999999", "二〇二六年十三月一日"])
def test_t19_date__not_in_the_calendar(written: str) -> None:
    with pytest.raises(CellError, match="date_not_in_calendar"):
        read_date(written)


def test_t19_date__numbers_count_days_only_where_they_do_from_1900() -> None:
    with pytest.raises(CellError):
        read_date(46082, serials=False)
    assert read_date("二〇二五年十二月三十一日") == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-03-02", "2026-03-02T00:00:00+08:00"),
        ("2026年3月2日 9:30", "2026-03-02T09:30:00+08:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02 09:00:00", "2026-03-02T09:00:00+08:00"),
        (46083.5, "2026-03-02T12:00:00+08:00"),
    ],
)
def test_t19_instant__is_in_china_where_no_zone_is_given(written: object, instant: str) -> None:
    assert read_instant(written).isoformat() == instant


@pytest.mark.parametrize(
    ("written", "count"),
    [(6, 6), (6.0, 6), ("6人", 6), ("６", 6), ("6 名", 6), ("1,024", 1024), ("6.0", 6)]
    + [(none, 0) for none in ("无", "-", "－", "—", "/", "0", "没有", "零")],
)
def test_t19_count__usual_ways(written: object, count: int) -> None:
    assert read_count(written) == count


@pytest.mark.parametrize("written", ["约6", "6-8", "六", 2.5, -1, True, "6万", "1,02", [1], "９" * 12])
def test_t19_count__what_is_none(written: object) -> None:
    with pytest.raises(CellError, match="count_unknown"):
        read_count(written)


@pytest.mark.parametrize(
    "written",
    [
        CODE,
        f"'{CODE}",
        f"’{CODE}",
        f"统一代码：{CODE}",
        f"统一社会信用代码: {CODE}",
        f"代码 {CODE}",
        f"USCC:{CODE}",
        "51330100-PDY00001X-2",
        "5133 0100 PDY0 0001 X2",
        "５１３３０１００PDY00001X2",
        "51330100\nPDY00001X2",
        CODE.lower(),
    ],
)
def test_t55_code__usual_ways(written: str) -> None:
    assert read_code(written, exact_numbers=False) == CODE


@pytest.mark.parametrize("written", [5.1330100123456e17, 513301000000000, "5.133E+17", "5.13301E17"])
def test_t55_code__a_number_has_lost_its_digits(written: object) -> None:
    with pytest.raises(CellError, match="code_is_number"):
        read_code(written, exact_numbers=False)
    assert read_code(513301001234567890, exact_numbers=True) == "513301001234567890"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("翠苑街道\n示例路 1 号", "翠苑街道示例路 1 号"),
        ("翠苑街道\r\n示例路", "翠苑街道示例路"),
        ("Building 2\nRoom 3", "Building 2 Room 3"),
        ("'示例路", "示例路"),
        (12, "12"),
        ("末尾\n", "末尾"),
    ],
)
def test_t55_text__line_breaks_within(written: object, text: str) -> None:
    assert read_text(written) == text


@pytest.mark.parametrize("written", ["120.13,30.26", "120.13，30.26", "东经120.13°，北纬30.26°", "120.13 30.26"])
def test_t19_pair__usual_ways(written: str) -> None:
    assert read_pair(written) == (120.13, 30.26)


@pytest.mark.parametrize("written", ["6²", "6①", "6₂", "６¹", "6⑩", "6人①", "٦", "๖"])
def test_t19_count__a_footnotes_digit_and_other_scripts_are_no_part_of_it(written: str) -> None:
    with pytest.raises(CellError, match="count_unknown"):
        read_count(written)


@pytest.mark.parametrize("written", ["2026-03-1①", "2026年3月1²日", "4608②", "2026030①", "٤٦٠٨٢", "٢٠٢٦-٠٣-٠١"])
def test_t19_date__a_footnotes_digit_and_other_scripts_are_no_part_of_it(written: str) -> None:
    for read in (read_date, read_instant):
        with pytest.raises(CellError, match="date_unknown"):
            read(written)


@pytest.mark.parametrize("written", ["东", "120°13′", True, ""])
def test_t19_degrees__what_is_none(written: object) -> None:
    with pytest.raises(CellError, match="degrees_unknown"):
        read_degrees(written)


@pytest.mark.parametrize(
    "written",
    [
        "330106",
        330106,
        "330106000000",
        "330106001000",
        "西湖区",
        "杭州市西湖区",
        "浙江省杭州市西湖区",
        "西湖区（330106）",
    ],
)
def test_t19_division__usual_ways(written: object) -> None:
    assert read_division(written, DAY, [""]) == "330106"


@pytest.mark.parametrize(
    ("written", "within", "reason"),
    [
        ("普陀区", ["33", "31"], "division_name_ambiguous"),
        ("西胡区", [], "division_name_unknown"),
        ("西湖区330105", [], "division_contradicts"),
        ("下城区", [], "division_name_unknown"),
    ],
)
def test_t19_division__what_is_none(written: str, within: list[str], reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        read_division(written, DAY, within)


def test_t19_division__equal_names_are_told_apart_by_the_callers_scope() -> None:
    assert read_division("普陀区", DAY, ["3309"]) == "330903"
    assert read_division("普陀区", DAY, ["310107"]) == "310107"
