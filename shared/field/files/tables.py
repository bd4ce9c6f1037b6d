"""The result of reading a file: cells, rows with their numbers, and the errors of single rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from shared.field.errors import FieldError

MAX_EXACT_FLOAT = 1e15
"""Spreadsheets store whole numbers below this exactly."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ESCAPE = "'"
_MARKS = frozenset({"=", _ESCAPE})


class TableError(FieldError):
    """A file, or one of its rows, that cannot be read as a table."""


@dataclass(slots=True)
class Table:
    """A file that was read. Row i is row `first_row_number + i` of the file; a blank or broken row is `{}`.

    Cells are text, int, float, bool or None; ndjson may nest. `row_errors` is keyed by row number.
    """

    columns: list[str]
    rows: list[dict[str, object]]
    first_row_number: int
    row_errors: dict[int, TableError] = field(default_factory=dict)

    def numbered(self) -> Iterator[tuple[int, dict[str, object], TableError | None]]:
        """Row number, cells and error of every row that is not blank."""
        for number, cells in enumerate(self.rows, start=self.first_row_number):
            error = self.row_errors.get(number)
            if cells or error is not None:
                yield number, cells, error


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
