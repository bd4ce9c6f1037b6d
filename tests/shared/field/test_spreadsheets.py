import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shared.field.files import spreadsheets, unpacking, workbooks
from shared.field.files.spreadsheets import Table, TableError, escape_formula, read_table, write_table

HEADER = "统一社会信用代码,名称,正式党员"
CODE = "51330100PDY00001X2"


def csv_table(text: str, encoding: str = "utf-8") -> Table:
    return read_table(text.encode(encoding), "orgs.csv")


def xlsx(rows: list[list[object]], *, hidden_first: bool = False) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        if hidden_first:
            book.add_worksheet("hidden").write(0, 0, "名称")
        sheet = book.add_worksheet("shown")
        if hidden_first:
            sheet.activate()
            book.get_worksheet_by_name("hidden").hide()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)
    return target.getvalue()


def reason_of(data: bytes, name: str) -> str:
    with pytest.raises(TableError) as refused:
        read_table(data, name)
    return refused.value.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_read_table__csv_encodings_with_rare_characters(encoding: str) -> None:
    table = csv_table(f"{HEADER}\r\n{CODE},𠮷㛃协会,3\r\n", encoding)
    assert table.columns == ["统一社会信用代码", "名称", "正式党员"]
    assert table.rows == [{"统一社会信用代码": CODE, "名称": "𠮷㛃协会", "正式党员": "3"}]
    assert table.first_row_number == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_read_table__csv_delimiters(delimiter: str) -> None:
    table = csv_table("a,b\n1,2\n".replace(",", delimiter))
    assert table.rows == [{"a": "1", "b": "2"}]


def test_read_table__blank_rows_keep_the_numbering() -> None:
    table = csv_table("\n,,\n名称, 人数 ,\n甲,1\n\n , ,\n乙,\n\n\n")
    assert table.columns == ["名称", "人数"]
    assert table.first_row_number == 4
    assert table.rows == [{"名称": "甲", "人数": "1"}, {}, {}, {"名称": "乙", "人数": None}]
    assert [number for number, _, _ in table.numbered()] == [4, 7]


def test_read_table__short_row_is_filled_and_long_row_is_an_error() -> None:
    table = csv_table("a,b\n1\n1,2,3\n1,2,\n")
    assert table.rows == [{"a": "1", "b": None}, {}, {"a": "1", "b": "2"}]
    assert table.row_errors[3].reason == "row_cells_extra"
    assert [(number, error is None) for number, _, error in table.numbered()] == [(2, True), (3, False), (4, True)]


def test_read_table__csv_quoted_cells() -> None:
    table = csv_table('a,b\n"x, ""y""","two\nlines"\n1,2\n')
    assert table.rows == [{"a": 'x, "y"', "b": "two\nlines"}, {"a": "1", "b": "2"}]


def test_read_table__csv_unclosed_quote_does_not_swallow_the_rest() -> None:
    assert reason_of(b'a,b\n"1,2\n3,4\n', "x.csv") == "file_unreadable"


def test_read_table__csv_code_kept_as_text_by_a_formula() -> None:
    assert csv_table('code\n"=""0071"""\n').rows == [{"code": "0071"}]


def test_read_table__csv_headers_twice() -> None:
    assert reason_of(b"a,b,a\n1,2,3\n", "x.csv") == "file_columns_duplicate"


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a,b\n", b"a,b\n,\n"])
@pytest.mark.parametrize("name", ["x.csv"])
def test_read_table__empty(data: bytes, name: str) -> None:
    assert reason_of(data, name) == "file_empty"


@pytest.mark.parametrize("data", [b"a,b\n\xff\xff\xff,1\n", b"a\x00b\n1\n"])
def test_read_table__encoding(data: bytes) -> None:
    assert reason_of(data, "x.csv") == "file_encoding"


@pytest.mark.parametrize("name", ["x.xls", "x.pdf", "", "noext", "x."])
def test_read_table__format_unknown(name: str) -> None:
    assert reason_of(b"a,b\n1,2\n", name) == "file_format_unknown"


@pytest.mark.parametrize("name", ["csv", "X.CSV", "orgs.2026.csv", ".csv"])
def test_read_table__format_or_name(name: str) -> None:
    assert read_table(b"a,b\n1,2\n", name).rows == [{"a": "1", "b": "2"}]


def test_read_table__more_rows_than_allowed() -> None:
    data = b"a\n" + b"1\n" * 4
    assert len(read_table(data, "csv", max_rows=4).rows) == 4
    for many, name in ((data, "csv"), (b"{}\n" * 4, "ndjson"), (xlsx([["a"], [1], [1], [1], [1]]), "xlsx")):
        with pytest.raises(TableError, match="file_too_many_rows"):
            read_table(many, name, max_rows=3)


def test_read_table__xlsx_cells() -> None:
    table = read_table(
        xlsx(
            [
                ["text", "whole", "part", "day", "blank", "flag", "instant"],
                ["  甲 ", 3.0, 2.5, date(2026, 3, 1), None, True, datetime.fromisoformat("2026-03-01T08:30")],
                [CODE, 0, -1, date(2026, 12, 31), "   ", False, None],
            ]
        ),
        "orgs.xlsx",
    )
    first, second = table.rows
    assert list(first.values()) == ["甲", 3, 2.5, "2026-03-01", None, True, "2026-03-01T08:30:00"]
    assert isinstance(first["whole"], int)
    assert list(second.values()) == [CODE, 0, -1, "2026-12-31", None, False, None]


def test_read_table__xlsx_numbers_rows_as_the_sheet_does() -> None:
    table = read_table(xlsx([[], ["名称", None, "人数"], ["甲", "note", 1], [], ["乙", None, 2]]), "xlsx")
    assert table.columns == ["名称", "人数"]
    assert table.first_row_number == 3
    assert table.rows == [{"名称": "甲", "人数": 1}, {}, {"名称": "乙", "人数": 2}]


def test_read_table__xlsx_reads_the_first_visible_sheet() -> None:
    assert read_table(xlsx([["a"], [1]], hidden_first=True), "xlsx").rows == [{"a": 1}]


@pytest.mark.parametrize("cut", [0, 4, 500, -30])
def test_read_table__xlsx_cut_short(cut: int) -> None:
    assert reason_of(xlsx([["a"], [1]])[:cut], "x.xlsx") == "file_unreadable"


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_read_table__xlsx_broken_inside(member: str) -> None:
    assert reason_of(with_member(xlsx([["a"], [1]]), member, lambda text: text[: len(text) // 2]), "xlsx")


def test_read_table__xlsx_zip_of_something_else() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    assert reason_of(target.getvalue(), "x.xlsx") == "file_unreadable"


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ300000", "AAA30000"])
def test_read_table__xlsx_far_cell_is_refused_before_it_fills_the_memory(far: str) -> None:
    data = with_member(
        xlsx([["a"], [1]]), "xl/worksheets/sheet1.xml", lambda text: text.replace('r="A2"', f'r="{far}"')
    )
    assert reason_of(data, "x.xlsx") == "file_too_large"


def test_read_table__xlsx_unpacking_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000)
    assert reason_of(xlsx([["a"], [1]]), "x.xlsx") == "file_too_large"


def with_member(data: bytes, member: str, change) -> bytes:  # type: ignore[no-untyped-def]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            text = source.read(name).decode()
            changed.writestr(name, change(text) if name == member else text)
    return target.getvalue()


def test_read_table__ndjson_broken_lines_do_not_stop_the_file() -> None:
    data = (
        b'\xef\xbb\xbf{"uscc": " x ", "n": 3.0}\r\n{broken\n\n[1]\n{"uscc": "\xff"}\n{"uscc": "y", "tags": ["a"]}\n\n'
    )
    table = read_table(data, "orgs.ndjson")
    assert table.columns == ["uscc", "n", "tags"]
    assert table.first_row_number == 1
    assert table.rows == [{"uscc": "x", "n": 3}, {}, {}, {}, {}, {"uscc": "y", "tags": ["a"]}]
    reasons = {number: error.reason for number, error in table.row_errors.items()}
    assert reasons == {2: "row_json_broken", 4: "row_not_object", 5: "row_json_broken"}
    assert [number for number, _, _ in table.numbered()] == [1, 2, 4, 5, 6]


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_read_table__ndjson_empty(data: bytes) -> None:
    assert reason_of(data, "x.ndjson") == "file_empty"


@given(st.binary(max_size=300), st.sampled_from(["csv", "xlsx", "ndjson"]))
def test_read_table__any_bytes_give_a_table_or_a_table_error(data: bytes, name: str) -> None:
    try:
        table = read_table(data, name)
    except TableError:
        return
    assert table.rows


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
    raw = [list(map(str, row)) for row in workbooks.read_xlsx(data)]
    assert raw[1] == ["0071", "2026-03-01", "3.0", "2.5", "'=1+1", "True", ""]
    assert raw[2] == ["100000000000000000", "", "", "1:00:00", "'-x", "", ""]
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
    table = read_table(write_table(["名称", "代码", "数"], rows), "xlsx")
    assert (table.columns, table.rows) == (["名称", "代码", "数"], rows)


def test_write_table__same_rows_give_the_same_bytes() -> None:
    data = write_table(["a"], [{"a": "1"}])
    assert data == write_table(["a"], [{"a": "1"}])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"2000-01-01T00:00:00Z</dcterms:created>" in archive.read("docProps/core.xml")


def test_write_table__a_long_text_is_cut_at_the_limit_of_a_cell() -> None:
    table = read_table(write_table(["a"], [{"a": "x" * 40_000}]), "xlsx")
    assert len(str(table.rows[0]["a"])) == 32_767


@pytest.mark.parametrize(
    ("value", "cell"),
    [(3.0, 3), (2.5, 2.5), (1e300, 1e300), (time(8, 30), "08:30:00"), ("'=1", "=1"), ("'示例", "'示例"), ("", None)],
)
def test_to_cell(value: object, cell: object) -> None:
    assert spreadsheets.to_cell(value) == cell


def sheet_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")
