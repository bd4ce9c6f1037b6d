"""Office files by python-calamine: xlsx, xls, et, ods."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

import python_calamine

from shared.field.files.tables import MERGED, Area, Row, TableError, to_cell
from shared.field.files.unpacking import Seen, check_workbook

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    python_calamine.CalamineError,
    OSError,
    EOFError,
    IndexError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class OpenedSheet:
    """A sheet, whose rows are read one by one with their numbers, blank ones too."""

    name: str
    hidden: bool
    dates_from_1904: bool
    rows: Iterator[Row]


def read_workbook(data: bytes) -> Iterator[OpenedSheet]:
    """Every sheet of an office file, whichever kind its bytes are. Raises TableError."""
    with _unreadable():
        seen = check_workbook(data) if data.startswith(ZIP) else Seen()
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            for sheet in book.sheets_metadata:
                if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                    continue
                hidden = sheet.visible != python_calamine.SheetVisibleEnum.Visible
                rows = _rows(book, sheet.name, seen)
                yield OpenedSheet(sheet.name, hidden, seen.dates_from_1904, rows)


@contextmanager
def _unreadable() -> Iterator[None]:
    try:
        yield
    except TableError:
        raise
    except python_calamine.PasswordError as error:
        raise TableError("file_password") from error
    except _UNREADABLE as error:
        raise TableError("file_unreadable", {"cause": type(error).__name__}) from error


def _rows(book: Any, name: str, seen: Seen) -> Iterator[Row]:
    unvalued = seen.unvalued.get(name, {})
    by_row: dict[int, list[int]] = {}
    for row, column in unvalued:
        by_row.setdefault(row, []).append(column)
    with _unreadable():
        sheet = book.get_sheet_by_name(name)
        rows = sheet.iter_rows()
    merged = _Merged(seen.merged.get(name) or sheet.merged_cell_ranges or ())
    for number, values in enumerate(rows, start=1):
        cells = [to_cell(value) for value in values]
        for column in by_row.pop(number, ()):
            cells += [None] * (column - len(cells))
            cells[column - 1] = unvalued[number, column]
        merged.mark(number - 1, cells)
        yield number, cells
    # Rows of nothing but formulas without a value lie outside what the reader gives.
    for number, columns in sorted(by_row.items()):
        cells = [None] * max(columns)
        for column in columns:
            cells[column - 1] = unvalued[number, column]
        yield number, cells


class _Merged:
    """Cells that are merged over several rows: only the first row has their value."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._coming = sorted((area for area in areas if area[1][0] > area[0][0]), reverse=True)
        self._open: list[Area] = []

    def mark(self, row: int, cells: list[object]) -> None:
        """Mark the cells of a row (from 0) that lie in one from further up; a row of such cells alone is blank."""
        self._open = [area for area in self._open if row <= area[1][0]]
        covered = [place for (_, left), (_, right) in self._open for place in range(left, min(right + 1, len(cells)))]
        if covered and any(cell is not None for cell in cells):
            for place in covered:
                cells[place] = MERGED if cells[place] is None else cells[place]
        while self._coming and self._coming[-1][0][0] <= row:
            area = self._coming.pop()
            first = area[0][1]
            if area[0][0] == row and first < len(cells) and cells[first] not in (None, MERGED):
                self._open.append(area)
