"""xlsx by python-calamine (reading) and XlsxWriter (writing)."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import python_calamine
import xlsxwriter

from shared.field.tables import MAX_EXACT_FLOAT, TableError, escape_formula, to_cell

_MAX_UNPACKED_BYTES = 1 << 30
_MAX_GRID_CELLS = 20_000_000
_MAX_CELL_LENGTH = 32_767
_MAX_WIDTH = 60

_COLUMN = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_LAST_ROW = re.compile(rb' r="[A-Z]*([0-9]+)"')
_COLUMN_Z = 26


def read_xlsx(data: bytes) -> list[list[Any]]:
    """Every row of the first visible sheet, from row 1, as calamine gives the cells."""
    try:
        _check_size(data)
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            visible = python_calamine.SheetVisibleEnum.Visible
            sheets = [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]
            rows: list[list[Any]] = book.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, zlib.error, python_calamine.CalamineError, OSError, IndexError) as error:
        raise TableError("file_unreadable", {"format": "xlsx", "cause": type(error).__name__}) from error
    return rows


def _check_size(data: bytes) -> None:
    """Refuse what would not fit: calamine fills the whole rectangle up to the farthest cell."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED_BYTES:
            facts = {"unpacked_bytes": unpacked, "max_bytes": _MAX_UNPACKED_BYTES}
            raise TableError("file_too_large", facts)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                grid = _grid_cells(archive.read(name))
                if grid > _MAX_GRID_CELLS:
                    raise TableError("file_too_large", {"cells": grid, "max_cells": _MAX_GRID_CELLS})


def _grid_cells(sheet: bytes) -> int:
    """Upper bound of rows times columns; rows stand in order, so the last reference has the last row."""
    last = _LAST_ROW.match(sheet, max(sheet.rfind(b' r="'), 0))
    rows = int(last[1]) if last else 0
    columns = _COLUMN_Z
    for letters in set(_COLUMN.findall(sheet)):
        column = 0
        for letter in letters:
            column = column * 26 + letter - ord("A") + 1
        columns = max(columns, column)
    return columns * rows


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
    """Columns that a text takes on screen: a Chinese character takes two."""
    return len(text) + sum(not character.isascii() for character in text)
