"""xlsx by python-calamine (reading) and XlsxWriter (writing)."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.parsers import expat

import python_calamine
import xlsxwriter

from shared.field.files.tables import MAX_EXACT_FLOAT, TableError, escape_formula, to_cell
from shared.field.files.unpacking import check_workbook

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    python_calamine.CalamineError,
    OSError,
    EOFError,
    IndexError,
)
_MAX_CELL_LENGTH = 32_767
_MAX_WIDTH = 60


def read_xlsx(data: bytes) -> Iterator[list[Any]]:
    """Every row of the first visible sheet, from row 1, with calamine's cells. Raises TableError."""
    try:
        check_workbook(data)
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            visible = python_calamine.SheetVisibleEnum.Visible
            sheets = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
            yield from book.get_sheet_by_name(sheets[0]).iter_rows()
    except _UNREADABLE as error:
        raise TableError("file_unreadable", {"format": "xlsx", "cause": type(error).__name__}) from error


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """An xlsx of one sheet: header frozen, codes and dates as text, numbers as numbers, formulas escaped."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - same rows, same bytes
        text_format = book.add_format({"num_format": "@"})
        header_format = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        widths = [_width(name) for name in columns]
        for place, name in enumerate(columns):
            sheet.write_string(0, place, escape_formula(name), header_format)
        for number, row in enumerate(rows, start=1):
            for place, name in enumerate(columns):
                value = to_cell(row.get(name))
                if value is None:
                    continue
                if isinstance(value, bool):
                    sheet.write_boolean(number, place, value)
                elif isinstance(value, int | float) and abs(value) < MAX_EXACT_FLOAT:
                    sheet.write_number(number, place, value)
                else:
                    sheet.write_string(number, place, escape_formula(str(value))[:_MAX_CELL_LENGTH], text_format)
                widths[place] = max(widths[place], _width(str(value)))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(width + 2, _MAX_WIDTH), text_format)
    return target.getvalue()


def _width(text: str) -> int:
    """Width of a text on screen: a Chinese character takes two columns."""
    return len(text) + sum(not character.isascii() for character in text)
