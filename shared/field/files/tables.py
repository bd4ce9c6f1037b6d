"""What reading a file gives: cells, its sheets with their filled rows, and the errors of single rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import orjson

from shared.field.errors import FieldError

MAX_EXACT_FLOAT = 1e15
"""Spreadsheets store whole numbers below this exactly."""

NOT_CALCULATED: dict[str, object] = {"unreadable": "formula"}
"""Stands for a formula whose value the file does not hold."""
MERGED: dict[str, object] = {"unreadable": "merged"}
"""Stands for a cell that lies in a merged one, below the row that has its value."""
NESTED: dict[str, object] = {"unreadable": "nested"}
"""Stands for a list or an object within an object of an ndjson line."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ESCAPE = "'"
_MARKS = frozenset({"=", _ESCAPE})
Row = tuple[int, list[object]]
"""Its number in the file, from 1, and its cells from the first column on; blank ones at the end are left out."""
Area = tuple[tuple[int, int], tuple[int, int]]
"""Row and column of its first and its last cell, from 0."""


class TableError(FieldError):
    """A file, or one of its rows, that cannot be read as a table."""


def error_cell(code: str) -> dict[str, object]:
    """Stands for a cell that shows an error, such as #DIV/0!."""
    return {"unreadable": "error", "code": code}


@dataclass(slots=True)
class Sheet:
    """One sheet of a workbook, or a whole text file: its rows that are not blank, each as JSON `[number, cell, …]`.

    Cells are text, int, float, bool, None, or what stands for one that cannot be read; ndjson may have an object.
    """

    name: str
    hidden: bool = False
    dates_from_1904: bool = False
    lines: list[bytes] = field(default_factory=list)
    columns: list[str] | None = None
    """Of ndjson: the names in the order of their first use."""
    row_errors: dict[int, TableError] = field(default_factory=dict)
    """By row number; such a row is in `lines` without cells."""

    def rows(self, start: int = 0, stop: int | None = None, *, merged: bool = False) -> Iterator[Row]:
        """The rows of these places among the filled ones; `merged`: with what stands for cells within merged ones."""
        for line in self.lines[start:stop]:
            number, *cells = orjson.loads(line)
            yield number, cells if merged else [None if cell == MERGED else cell for cell in cells]


def collect(records: Iterable[bytes]) -> list[Sheet]:
    """The sheets from the records that `reading.read_records` gives. Raises TableError where one says so."""
    sheets: list[Sheet] = []
    for record in records:
        if record.startswith(b"["):
            sheets[-1].lines.append(record)
            continue
        found = orjson.loads(record)
        if "sheet" in found:
            sheets.append(Sheet(found["sheet"], found["hidden"], found["dates_from_1904"]))
        elif "columns" in found:
            sheets[-1].columns = found["columns"]
        elif "row" in found:
            sheets[-1].row_errors[found["row"]] = TableError(found["reason"], found["facts"])
            sheets[-1].lines.append(orjson.dumps([found["row"]]))
        else:
            raise TableError(found["reason"], found["facts"])
    return sheets


def column_letters(column: int) -> str:
    """How a spreadsheet names a column, from 0: A, …, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def to_cell(value: object) -> object:
    """Text stripped (blank → None), whole floats → int, dates → ISO text; `="007"` and our escape removed."""
    if isinstance(value, str):
        text = value.strip()
        if text[:1] in _MARKS:
            text = _unmarked(text)
        return text or None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < MAX_EXACT_FLOAT else value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else value


def _unmarked(text: str) -> str:
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text[1:] if text[1:].startswith(_FORMULA_STARTS) and text[0] == _ESCAPE else text


def escape_formula(text: str) -> str:
    """A text that a spreadsheet would evaluate as a formula gets an apostrophe in front."""
    return _ESCAPE + text if text.startswith(_FORMULA_STARTS) else text
