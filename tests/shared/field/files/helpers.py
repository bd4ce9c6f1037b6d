"""Files in tests: read in this process, and workbooks with members of one's own."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter

from shared.field.files.reading import read_records
from shared.field.files.tables import Row, Sheet, TableError, collect

SHEET = "xl/worksheets/sheet1.xml"


def sheets_of(data: bytes, name: str) -> list[Sheet]:
    return collect(read_records(data, name))


def rows_of(data: bytes, name: str) -> list[Row]:
    """Of the only sheet."""
    [sheet] = sheets_of(data, name)
    return list(sheet.rows())


def reason_of(data: bytes, name: str) -> str:
    with pytest.raises(TableError) as refused:
        sheets_of(data, name)
    return refused.value.reason


def xlsx(rows: Sequence[Sequence[object]], *, hidden_first: bool = False) -> bytes:
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


def with_member(data: bytes, member: str, change: Callable[[str], str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in source.namelist():
            text = source.read(name).decode()
            changed.writestr(name, change(text) if name == member else text)
    return target.getvalue()


def with_rows(data: bytes, rows: str) -> bytes:
    """More rows, as XML, at the end of the first sheet."""
    return with_member(data, SHEET, lambda text: text.replace("</sheetData>", rows + "</sheetData>"))


def ods(rows: Sequence[str], name: str = "表") -> bytes:
    """An OpenDocument workbook of one sheet from its rows' XML."""
    namespaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {namespaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return target.getvalue()


def ods_row(*cells: object, times: int = 1) -> str:
    """A row of texts and numbers; `times` repeats it."""
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(map(_ods_cell, cells))}</table:table-row>'


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
