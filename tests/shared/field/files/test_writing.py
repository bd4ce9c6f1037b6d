"""Workbooks written out: text stays text, numbers stay numbers, and nothing is run as a formula."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest

from shared.field.files.tables import escape_formula
from shared.field.files.writing import WorkbookWriter, write_table
from tests.shared.field.files.helpers import rows_of

CODE = "51330100PDY00001X2"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", "\tx", "\rx"])
def test_escape_formula(text: str) -> None:
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "示例", "a=b", "'=1", CODE])
def test_escape_formula__leaves_the_rest(text: str) -> None:
    assert escape_formula(text) == text


def test_write_table__codes_and_dates_are_text_and_formulas_are_escaped() -> None:
    rows = [
        {"code": "0071", "day": date(2026, 3, 1), "n": 3, "x": 2.5, "f": "=1+1", "b": True, "none": None, "more": 1},
        {"code": 10**17, "n": None, "x": timedelta(hours=1), "f": "-x"},
    ]
    data = write_table(["code", "day", "n", "x", "f", "b", "none"], rows)
    assert rows_of(data, "xlsx")[1:] == [
        (2, ["0071", "2026-03-01", 3, 2.5, "=1+1", True]),
        (3, ["100000000000000000", None, None, "1:00:00", "-x"]),
    ]
    assert b"'=1+1" in strings_of(data)
    assert b"<f>" not in sheet_of(data)


def test_write_table__header_is_frozen_and_columns_are_wide_enough() -> None:
    sheet = sheet_of(write_table(["名称", "n"], [{"名称": "示例市青禾协会", "n": 1}])).decode()
    assert 'state="frozen"' in sheet
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([0-9.]+)"', sheet)]
    assert widths[0] > 14
    assert widths[1] < 10


def test_write_table__reads_back() -> None:
    rows: list[dict[str, object]] = [
        {"名称": "=示例", "代码": CODE, "数": 3},
        {"名称": "𠮷㛃", "代码": "0071", "数": None},
    ]
    read = rows_of(write_table(["名称", "代码", "数"], rows), "xlsx")
    assert read == [(1, ["名称", "代码", "数"]), (2, ["=示例", CODE, 3]), (3, ["𠮷㛃", "0071"])]


def test_write_table__same_rows_give_the_same_bytes() -> None:
    data = write_table(["a"], [{"a": "1"}])
    assert data == write_table(["a"], [{"a": "1"}])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"2000-01-01T00:00:00Z</dcterms:created>" in archive.read("docProps/core.xml")


def test_write_table__a_long_text_is_cut_at_the_limit_of_a_cell() -> None:
    assert len(str(rows_of(write_table(["a"], [{"a": "x" * 40_000}]), "xlsx")[1][1][0])) == 32_767


def test_t21_writer__rows_keep_their_numbers_and_marked_cells_their_colour() -> None:
    target = io.BytesIO()
    with WorkbookWriter(target) as writer:
        writer.add_sheet("一", ["名称", "代码"])
        writer.add_row(["甲", CODE], number=4, marked=frozenset({1, 2}))
        writer.add_row(["乙", 5])
        writer.add_sheet("二", ["数"])
        writer.add_row([7])
    sheet = sheet_of(target.getvalue()).decode()
    styles = dict(re.findall(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', sheet))
    assert styles["A4"] != styles["B4"]
    with zipfile.ZipFile(target) as archive:
        assert b"FFC7CE" in archive.read("xl/styles.xml")
    assert "<v>5</v>" in sheet


def sheet_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def strings_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml") + b"".join(
            archive.read(name) for name in archive.namelist() if name.endswith("sharedStrings.xml")
        )
