"""Reads a file of any known kind as records, one JSON line each: what the reading process sends to its parent.

`tables.collect` makes sheets of them. Limits of rows, columns and cells hold for every kind.
"""

from collections.abc import Iterator
from pathlib import PurePath

import orjson

from shared.field.files.parsing import MAX_CELLS
from shared.field.files.tables import Row, TableError
from shared.field.files.texts import read_csv, read_ndjson
from shared.field.files.workbooks import COMPOUND, ZIP, read_workbook

MAX_ROWS = 300_000
MAX_COLUMNS = 500
MAX_TEXT_CELLS = 6_000_000
"""Of a text file: 300,000 rows of 20 columns."""
OFFICE_KINDS = ("xlsx", "xls", "et", "ods")
TEXT_KINDS = ("csv", "tsv", "ndjson", "jsonl")
KINDS = (*OFFICE_KINDS, *TEXT_KINDS)
_DELIMITERS = {"csv": None, "tsv": "\t"}


def kind_of(filename_or_format: str) -> str:
    """What a name or a bare format (`csv`) says that a file is. Raises TableError for one that is not known."""
    kind = (PurePath(filename_or_format).suffix or filename_or_format).removeprefix(".").lower()
    if kind not in KINDS:
        raise TableError("file_format_unknown", {"format": kind[:20], "known": ", ".join(KINDS)})
    return kind


def read_records(data: bytes, filename_or_format: str) -> Iterator[bytes]:
    """A line for each sheet and each row that is not blank. Raises TableError."""
    kind = kind_of(filename_or_format)
    office = data.startswith((ZIP, COMPOUND))
    if office != (kind in OFFICE_KINDS):
        raise TableError("file_not_its_name" if data.strip() else "file_empty", {"format": kind})
    if office:
        for sheet in read_workbook(data):
            yield _start(sheet.name, hidden=sheet.hidden, dates_from_1904=sheet.dates_from_1904)
            yield from _lines(sheet.rows, MAX_CELLS)
        return
    yield _start("")
    if kind in _DELIMITERS:
        yield from _lines(read_csv(data, _DELIMITERS[kind]), MAX_TEXT_CELLS)
        return
    columns: dict[str, int] = {}
    yield from _lines(read_ndjson(data, columns), MAX_TEXT_CELLS)
    yield orjson.dumps({"columns": list(columns)})


def _start(name: str, *, hidden: bool = False, dates_from_1904: bool = False) -> bytes:
    return orjson.dumps({"sheet": name, "hidden": hidden, "dates_from_1904": dates_from_1904})


def _lines(rows: Iterator[Row] | Iterator[tuple[int, list[object] | TableError]], max_cells: int) -> Iterator[bytes]:
    filled = count = 0
    for number, cells in rows:
        if isinstance(cells, TableError):
            line = orjson.dumps({"row": number, "reason": cells.reason, "facts": cells.facts})
        else:
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                continue
            if len(cells) > MAX_COLUMNS:
                raise TableError("file_too_many_columns", {"row": number, "max_columns": MAX_COLUMNS})
            filled += len(cells)
            line = orjson.dumps([number, *cells])
        count += 1
        if count > MAX_ROWS:
            raise TableError("file_too_many_rows", {"max_rows": MAX_ROWS})
        if filled > max_cells:
            raise TableError("file_too_large", {"cells": filled, "max_cells": max_cells})
        yield line
