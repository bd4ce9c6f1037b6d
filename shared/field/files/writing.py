"""Writes workbooks row by row (XlsxWriter): codes and dates as text, numbers as numbers, formulas escaped.

Rows go to a temporary file as they come, so a long list takes no memory. `write_table` is the short form.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, BinaryIO, Self

import xlsxwriter

from shared.field.files.tables import MAX_EXACT_FLOAT, escape_formula, to_cell

MAX_CELL_LENGTH = 32_767
_MAX_WIDTH = 60
_LEAST_WIDTH = 12


class WorkbookWriter:
    """An xlsx that is written in one pass, sheet after sheet, row after row; complete when the `with` ends."""

    def __init__(self, target: BinaryIO) -> None:
        self._book = xlsxwriter.Workbook(target, {"constant_memory": True})
        self._book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - same rows, same bytes
        self._text = self._book.add_format({"num_format": "@"})
        self._bold = self._book.add_format({"num_format": "@", "bold": True})
        self._marked = self._book.add_format({"num_format": "@", "bg_color": "#FFC7CE"})
        self._sheet: Any = None
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        self._book.close()

    def add_sheet(
        self, name: str, columns: Sequence[str] = (), *, widths: Sequence[int] = (), frozen_rows: int = 1
    ) -> Any:
        """Begin a sheet, with its headings as its first row if there are any. Returns XlsxWriter's worksheet."""
        self._sheet = self._book.add_worksheet(name)
        self._next = 0
        for place, width in enumerate(widths or [max(width_of(name), _LEAST_WIDTH) for name in columns]):
            self._sheet.set_column(place, place, min(width + 2, _MAX_WIDTH), self._text)
        if columns:
            self._sheet.freeze_panes(frozen_rows, 0)
            self.add_row(columns, bold=True)
        return self._sheet

    def add_row(
        self,
        cells: Sequence[object],
        *,
        number: int | None = None,
        marked: frozenset[int] = frozenset(),
        bold: bool = False,
    ) -> None:
        """Write a row: the next one, or that of a `number` from 1 beyond it; `marked` cells (from 0) are coloured."""
        row = self._next if number is None else number - 1
        for place, given in enumerate(cells):
            style = self._bold if bold else self._marked if place in marked else self._text
            value = to_cell(given)
            if value is None:
                if place in marked:
                    self._sheet.write_blank(row, place, None, style)
            elif isinstance(value, bool):
                self._sheet.write_boolean(row, place, value, self._marked if place in marked else None)
            elif isinstance(value, int | float) and abs(value) < MAX_EXACT_FLOAT:
                self._sheet.write_number(row, place, value, self._marked if place in marked else None)
            else:
                self._sheet.write_string(row, place, escape_formula(str(value))[:MAX_CELL_LENGTH], style)
        self._next = row + 1


def write_table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """An xlsx of one sheet: header frozen, codes and dates as text, numbers as numbers, formulas escaped."""
    cells = [[to_cell(row.get(name)) for name in columns] for row in rows]
    widths = [
        max([width_of(name), *(width_of(str(row[place])) for row in cells if row[place] is not None)])
        for place, name in enumerate(columns)
    ]
    target = io.BytesIO()
    with WorkbookWriter(target) as writer:
        writer.add_sheet("Sheet1", columns, widths=widths)
        for row in cells:
            writer.add_row(row)
    return target.getvalue()


def width_of(text: str) -> int:
    """Width of a text on screen: a Chinese character takes two columns."""
    return len(text) + sum(not character.isascii() for character in text)
