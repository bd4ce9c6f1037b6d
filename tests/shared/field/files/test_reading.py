"""Files as rows of cells: every kind, its encodings and its limits."""

import io
from datetime import date, datetime, time

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shared.field.files import reading, tables, unpacking
from shared.field.files.tables import MERGED, NOT_CALCULATED, TableError, column_letters, error_cell
from tests.shared.field.files.helpers import (
    SHEET,
    ods,
    ods_row,
    reason_of,
    rows_of,
    sheets_of,
    with_member,
    with_rows,
    xlsx,
)

CODE = "51330100PDY00001X2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv__encodings_with_rare_characters(encoding: str) -> None:
    text = f"code,名称\r\n{CODE},𠮷㛃协会\r\n"
    assert rows_of(text.encode(encoding), "a.csv") == [(1, ["code", "名称"]), (2, [CODE, "𠮷㛃协会"])]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv__delimiters(delimiter: str) -> None:
    assert rows_of("a,b\n1,2\n".replace(",", delimiter).encode(), "a.csv")[1] == (2, ["1", "2"])


@pytest.mark.parametrize(("first", "mark"), [("sep=,", ","), ("sep=;", ";"), ('"sep=;"', ";"), ("SEP=\t", "\t")])
def test_t67_csv__a_first_line_that_names_the_separator(first: str, mark: str) -> None:
    data = f"{first}\r\na{mark}b\r\n1{mark}2\r\n".encode()
    assert rows_of(data, "a.csv") == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_t19_tsv__a_comma_is_text() -> None:
    assert rows_of(b"a,b\tc\n1,2\t3\n", "a.tsv") == [(1, ["a,b", "c"]), (2, ["1,2", "3"])]


def test_csv__a_title_without_the_delimiter_does_not_hide_it() -> None:
    assert rows_of("登记表\n\na;b\n1;2\n".encode(), "a.csv") == [(1, ["登记表"]), (3, ["a", "b"]), (4, ["1", "2"])]


def test_csv__quoted_cells() -> None:
    assert rows_of(b'a,b\n"x, ""y""","two\nlines"\n1,2\n', "a.csv")[1:] == [
        (2, ['x, "y"', "two\nlines"]),
        (3, ["1", "2"]),
    ]


def test_csv__an_unclosed_quote_does_not_swallow_the_rest() -> None:
    assert reason_of(b'a,b\n"1,2\n3,4\n', "x.csv") == "file_unreadable"


def test_csv__a_code_kept_as_text_by_a_formula() -> None:
    assert rows_of(b'code\n"=""0071"""\n', "a.csv")[1] == (2, ["0071"])


@pytest.mark.parametrize("data", [b"a,b\n\xff\xff\xff,1\n", b"abcdef\n,\x00b\n1\n"])
def test_csv__encodings_that_are_none(data: bytes) -> None:
    assert reason_of(data, "x.csv") == "file_encoding"


@pytest.mark.parametrize("name", ["x.pdf", "", "noext", "x.", "x.xlsb"])
def test_format__unknown(name: str) -> None:
    assert reason_of(b"a,b\n1,2\n", name) == "file_format_unknown"


@pytest.mark.parametrize("name", ["csv", "X.CSV", "orgs.2026.csv", ".csv"])
def test_format__a_name_or_a_bare_format(name: str) -> None:
    assert rows_of(b"a,b\n1,2\n", name)[1] == (2, ["1", "2"])


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.et", "a.ods"])
def test_t19_format__a_page_or_a_text_under_an_office_name(name: str) -> None:
    assert reason_of(b"<html><table><tr><td>1</td></tr></table></html>", name) == "file_not_its_name"
    assert reason_of(xlsx([["a"]]), "a.csv") == "file_not_its_name"
    assert rows_of(xlsx([["a"]]), name) == [(1, ["a"])], "what the bytes are counts"


def test_limits__rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    files = ((b"a\n" * 3, "csv"), (b"{}\n" * 3, "ndjson"), (xlsx([["a"]] * 3), "xlsx"))
    for data, name in files:
        sheets_of(data, name)
    for data, name in ((b"a\n" * 4, "csv"), (b'{"a":1}\n' * 4, "ndjson"), (xlsx([["a"]] * 4), "xlsx")):
        assert reason_of(data, name) == "file_too_many_rows"


WIDE = [f"h{number}" for number in range(501)]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (",".join(WIDE).encode(), "a.csv"),
        ("\t".join(WIDE).encode(), "a.tsv"),
        (b"{" + b",".join(b'"h%d":1' % number for number in range(501)) + b"}", "a.ndjson"),
        (xlsx([WIDE]), "a.xlsx"),
        (ods([ods_row(*WIDE)]), "a.ods"),
        (b"".join(b'{"h%d":1}\n' % number for number in range(501)), "a.ndjson"),
    ],
    ids=["csv", "tsv", "ndjson", "xlsx", "ods", "ndjson, a new one in each line"],
)
def test_t23_limits__columns_in_every_format(data: bytes, name: str) -> None:
    assert reason_of(data, name) == "file_too_many_columns"


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"a,b\n" * 6, "csv"), (b'{"a":1,"b":2}\n' * 6, "ndjson"), (xlsx([["a", "b"]] * 6), "xlsx")],
    ids=["csv", "ndjson", "xlsx"],
)
def test_t23_limits__cells_in_every_format(data: bytes, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets_of(data, name)
    for limit in ("MAX_TEXT_CELLS", "MAX_CELLS"):
        monkeypatch.setattr(reading, limit, 11)
    assert reason_of(data, name) == "file_too_large"


def test_xlsx__cells() -> None:
    rows = rows_of(
        xlsx(
            [
                ["  甲 ", 3.0, 2.5, date(2026, 3, 1), None, True, datetime.fromisoformat("2026-03-01T08:30")],
                [CODE, 0, -1, date(2026, 12, 31), "   ", False, None],
            ]
        ),
        "orgs.xlsx",
    )
    assert rows == [
        (1, ["甲", 3, 2.5, "2026-03-01", None, True, "2026-03-01T08:30:00"]),
        (2, [CODE, 0, -1, "2026-12-31", None, False]),
    ]
    assert isinstance(rows[0][1][1], int)


def test_xlsx__rows_are_numbered_as_the_sheet_numbers_them() -> None:
    assert rows_of(xlsx([[], ["名称", None, "人数"], [], ["乙", None, 2]]), "xlsx") == [
        (2, ["名称", None, "人数"]),
        (4, ["乙", None, 2]),
    ]


def test_xlsx__hidden_sheets_are_named_as_such() -> None:
    sheets = sheets_of(xlsx([["a"]], hidden_first=True), "xlsx")
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("hidden", True), ("shown", False)]


def test_xlsx__days_from_1904_are_reported() -> None:
    data = with_member(
        xlsx([["a"]]), "xl/workbook.xml", lambda text: text.replace("<workbookPr", '<workbookPr date1904="1"')
    )
    assert [sheet.dates_from_1904 for sheet in sheets_of(data, "xlsx")] == [True]


def test_t19_xlsx__a_formula_without_a_value_is_no_blank_cell() -> None:
    rows = (
        '<row r="2"><c r="A2"><f>B2+1</f><v></v></c><c r="B2"><f>1</f></c><c r="C2"><f>1</f><v>7</v></c></row>'
        '<row r="3"><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row><row r="5"><c r="A5"><f>1+1</f></c></row>'
    )
    assert rows_of(with_rows(xlsx([["a", "b", "c"]]), rows), "xlsx")[1:] == [
        (2, [NOT_CALCULATED, NOT_CALCULATED, 7]),
        (3, [None, error_cell("#DIV/0!")]),
        (5, [NOT_CALCULATED]),
    ]


NUMBER = '<table:table-cell office:value-type="float" office:value="1"/>'


def test_t19_merged__rows_below_the_first_are_no_blank_cells() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(4):
            sheet.write(row, 0, row)
        sheet.merge_range(1, 1, 4, 1, "注销")
        sheet.merge_range(1, 2, 2, 2, "")
        sheet.merge_range(0, 3, 0, 4, "标题")
    start = '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>注销</text:p>'
    lines = [
        ods_row("a", "b"),
        f"<table:table-row>{start}</table:table-cell>{NUMBER}</table:table-row>",
        f"<table:table-row><table:covered-table-cell/>{NUMBER}</table:table-row>",
    ]
    for data, kind, expected in (
        (target.getvalue(), "xlsx", [(2, [1, "注销"]), (3, [2, MERGED]), (4, [3, MERGED])]),
        (ods(lines), "ods", [(2, ["注销", 1]), (3, [MERGED, 1])]),
    ):
        [read] = sheets_of(data, kind)
        assert list(read.rows(1, merged=True)) == expected
        assert [cells.count(MERGED) for _, cells in read.rows()] == [0] * (len(expected) + 1)


def test_xlsx__a_formula_that_gives_no_text_is_blank() -> None:
    rows = '<row r="2"><c r="A2" t="str"><f>IF(1,"","")</f><v></v></c><c r="B2"><v>1</v></c></row>'
    assert rows_of(with_rows(xlsx([["a", "b"]]), rows), "xlsx")[1:] == [(2, [None, 1])]


@pytest.mark.parametrize("cut", [0, 4, 500, -30])
def test_xlsx__cut_short(cut: int) -> None:
    expected = {0: "file_empty"}.get(cut, "file_unreadable")
    assert reason_of(xlsx([["a"], [1]])[:cut], "x.xlsx") == expected


@pytest.mark.parametrize("member", [SHEET, "xl/workbook.xml"])
def test_xlsx__broken_inside(member: str) -> None:
    broken = with_member(xlsx([["a"], [1]]), member, lambda text: text[: len(text) // 2])
    assert reason_of(broken, "xlsx") == "file_unreadable"


def test_t67_xlsx__formatted_empty_cells_and_rows_do_not_count() -> None:
    """A sheet that was formatted to its end, and 90,000 rows with borders."""
    styled = "".join(f'<c r="{column_letters(place)}{{0}}" s="1"/>' for place in range(20))
    rows = "".join(f'<row r="{row}">{styled.format(row)}</row>' for row in range(3, 90_003))
    far = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    assert rows_of(with_rows(xlsx([["a"], [1]]), rows + far), "xlsx") == [(1, ["a"]), (2, [1])]


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ300000", "AAA30000"])
def test_xlsx__a_far_cell_is_refused_before_it_fills_the_memory(far: str) -> None:
    data = with_member(xlsx([["a"], [1]]), SHEET, lambda text: text.replace('r="A2"', f'r="{far}"'))
    assert reason_of(data, "x.xlsx") == "file_too_large"


def test_t23_xlsx__a_reference_of_many_letters_is_refused_at_once() -> None:
    data = with_member(xlsx([["a"], [1]]), SHEET, lambda text: text.replace('r="A2"', f'r="{"A" * 250_000}2"'))
    assert len(data) < 10_000
    assert reason_of(data, "x.xlsx") == "file_unreadable"


def test_xlsx__unpacking_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", 1_000)
    assert reason_of(xlsx([["a"], [1]]), "x.xlsx") == "file_too_large"


def test_t19_ods__rows_and_cells() -> None:
    data = ods([ods_row("名称", "人数"), ods_row(None, times=3), ods_row("甲", 3), ods_row(None, times=1_048_000)])
    assert rows_of(data, "a.ods") == [(1, ["名称", "人数"]), (5, ["甲", 3])]


def test_t23_ods__one_row_that_stands_for_a_million() -> None:
    assert reason_of(ods([ods_row("a"), ods_row("x", "y", times=1_000_000)]), "a.ods") == "file_too_large"


def test_ndjson__broken_lines_do_not_stop_the_file() -> None:
    data = (
        b'\xef\xbb\xbf{"uscc": " x ", "n": 3.0}\r\n{broken\n\n[1]\n{"uscc": "\xff"}\n{"uscc": "y", "tags": {"a": 1}}\n'
        b'{"uscc": 1, "uscc": 2}\n{"uscc": 1, " uscc": 2}\n{"tags": {"a": 1, "a": 2}}\n{"n": -0.0}\n'
    )
    [sheet] = sheets_of(data, "orgs.ndjson")
    assert sheet.columns == ["uscc", "n", "tags"]
    assert [row for row in sheet.rows() if row[1]] == [(1, ["x", 3]), (6, ["y", None, {"a": 1}])]
    reasons = {number: error.reason for number, error in sheet.row_errors.items()}
    assert reasons == {
        2: "row_json_broken",
        4: "row_not_object",
        5: "row_json_broken",
        7: "row_key_twice",
        8: "row_key_twice",
        9: "row_key_twice",
        10: "row_negative_zero",
    }


def test_t23_ndjson__nested_values_are_not_kept() -> None:
    deep = b"[" * 50 + b"]" * 50
    data = b'{"a": 1, "b": %s}\n{"a": 1, "b": {"c": {"d": 1}}}\n' % deep
    data += b'{"a": "%s"}\n{"a": 2}\n{"a": %s}' % (b"x" * 70_000, b"[" * 1000 + b"]" * 1000)
    [sheet] = sheets_of(data, "a.ndjson")
    assert list(sheet.rows()) == [
        (1, [1, tables.NESTED]),
        (2, [1, tables.NESTED]),
        (3, []),
        (4, [2]),
        (5, [tables.NESTED]),
    ]
    assert {number: error.reason for number, error in sheet.row_errors.items()} == {3: "row_too_long"}


@given(st.binary(max_size=300), st.sampled_from(["csv", "tsv", "xlsx", "xls", "ods", "ndjson"]))
def test_any_bytes_give_sheets_or_a_table_error(data: bytes, name: str) -> None:
    try:
        assert sheets_of(data, name)
    except TableError:
        return


@pytest.mark.parametrize(
    ("value", "cell"),
    [(3.0, 3), (2.5, 2.5), (1e300, 1e300), (time(8, 30), "08:30:00"), ("'=1", "=1"), ("'示例", "'示例"), ("", None)],
)
def test_to_cell(value: object, cell: object) -> None:
    assert tables.to_cell(value) == cell


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(place: int, letters: str) -> None:
    assert column_letters(place) == letters
