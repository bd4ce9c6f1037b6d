"""Writes a table row by row, as xlsx (XlsxWriter) or csv: text stays text, formulas are escaped, memory is bounded."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, Protocol

import xlsxwriter

from shared.field.files.tables import MAX_EXACT_FLOAT, escape_formula
from shared.web.exports.columns import Cell

MAX_CELL_LENGTH = 32_767
MAX_SHEET_ROWS = 1_048_576
_WIDTH = 18
_TAKEN_FOR_A_NUMBER = re.compile(r"0\d+|\d{12,}|\d+[eE]\d+")
"""Texts of which a spreadsheet reading csv makes numbers, losing digits: long codes, leading zeros, exponents."""


class Sheet(Protocol):
    """A table that is being written."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""

    def close(self) -> None:
        """Complete the file."""

    def abandon(self) -> None:
        """Leave it incomplete."""


class CsvSheet:
    """Comma-separated, UTF-8 with a byte order mark, as spreadsheets in China open it."""

    def __init__(self, target: BinaryIO, columns: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows."""
        self._writer.writerows([_safe(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Leave the target open, at its end."""
        self._text.detach()

    def abandon(self) -> None:
        """The same."""
        self.close()


class XlsxSheet:
    """A workbook of one sheet. XlsxWriter keeps one row in memory."""

    def __init__(self, target: BinaryIO, columns: Sequence[str]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="export-")
        self._book = xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": self._folder.name})
        self._book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - same rows, same bytes
        self._style = self._book.add_format({"num_format": "@"})
        self._sheet = self._book.add_worksheet()
        self._sheet.set_column(0, len(columns) - 1, _WIDTH, self._style)
        self._sheet.freeze_panes(1, 0)
        bold = self._book.add_format({"num_format": "@", "bold": True})
        for place, name in enumerate(columns):
            self._sheet.write_string(0, place, name, bold)
        self._next = 1

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Write the next rows: numbers as numbers, everything else as text."""
        for row in rows:
            for place, cell in enumerate(row):
                if isinstance(cell, int | float) and abs(cell) < MAX_EXACT_FLOAT:
                    self._sheet.write_number(self._next, place, cell)
                elif cell is not None:
                    self._sheet.write_string(self._next, place, _cut(escape_formula(str(cell))), self._style)
            self._next += 1

    def close(self) -> None:
        """Write the workbook to the target."""
        self._book.close()
        self._folder.cleanup()

    def abandon(self) -> None:
        """Drop the rows that were written."""
        self._sheet.row_data_fh.close()
        self._folder.cleanup()


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if _TAKEN_FOR_A_NUMBER.fullmatch(cell) else escape_formula(cell)


def _cut(text: str) -> str:
    """A cell holds 32,767 characters; a longer text ends with how long it is."""
    return text if len(text) <= MAX_CELL_LENGTH else f"{text[: MAX_CELL_LENGTH - 20]}…（{len(text)}）"
