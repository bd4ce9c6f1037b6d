"""Tabular files (domain §6): reads xlsx, csv and ndjson as rows of cells; writes xlsx (see `workbooks`)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

import orjson

from shared.field.files.tables import Table, TableError, escape_formula, to_cell
from shared.field.files.workbooks import read_xlsx, write_table

__all__ = ["MAX_ROWS", "Table", "TableError", "escape_formula", "read_table", "write_table"]

MAX_ROWS = 300_000


def read_table(data: bytes, filename_or_format: str, *, max_rows: int = MAX_ROWS) -> Table:
    """Read a file by its name (`list.xlsx`) or a bare format (`csv`). Raises TableError if it is no table."""
    kind = (PurePath(filename_or_format).suffix or filename_or_format).removeprefix(".").lower()
    if kind in {"ndjson", "jsonl"}:
        return _read_ndjson(data, max_rows)
    if kind not in {"xlsx", "csv"}:
        raise TableError("file_format_unknown", {"format": kind, "known": ["xlsx", "csv", "ndjson"]})
    records = read_xlsx(data) if kind == "xlsx" else _csv_records(data)
    return _with_header(records, max_rows)


def _with_header(records: Iterable[Sequence[object]], max_rows: int) -> Table:
    """The first record that is not blank has the columns' names; a column without a name is ignored."""
    numbered = enumerate(records, start=1)
    header_number, header = next(
        ((n, cells) for n, cells in numbered if any(to_cell(cell) is not None for cell in cells)), (0, ())
    )
    names = ["" if (value := to_cell(cell)) is None else str(value) for cell in header]
    columns = [name for name in names if name]
    if len(set(columns)) < len(columns):
        twice = sorted({name for name in columns if columns.count(name) > 1})
        raise TableError("file_columns_duplicate", {"columns": twice})
    table = Table(columns, [], header_number + 1)
    width = len(names)
    for number, record in numbered:
        cells = [to_cell(cell) for cell in record]
        if cells.count(None) == len(cells):
            continue
        row: dict[str, object] = {}
        if any(cell is not None for cell in cells[width:]):
            facts = {"cells": len(cells), "columns": width}
            table.row_errors[number] = TableError("row_cells_extra", facts)
        else:
            cells += [None] * (width - len(cells))
            row = dict(zip(names, cells, strict=False))
            row.pop("", None)
        _append(table, number, row, max_rows)
    if not table.rows:
        raise TableError("file_empty", {"columns": columns})
    return table


def _append(table: Table, number: int, row: dict[str, object], max_rows: int) -> None:
    """The row at its number. Blank rows before it are added only now: a file may end in millions of them."""
    place = number - table.first_row_number
    if place >= max_rows:
        raise TableError("file_too_many_rows", {"max_rows": max_rows})
    table.rows += ({} for _ in range(place - len(table.rows)))
    table.rows.append(row)


def _csv_records(data: bytes) -> Iterator[list[str]]:
    text = _decode(data)
    first_line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",\t;", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise TableError("file_unreadable", {"format": "csv", "line": reader.line_num}) from error


def _decode(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else GB 18030."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise TableError("file_encoding", {"accepted": ["UTF-8", "GB18030"]})


def _read_ndjson(data: bytes, max_rows: int) -> Table:
    table = Table([], [], 1)
    columns: dict[str, None] = {}
    for number, line in enumerate(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf")), start=1):
        if not (stripped := line.strip()):
            continue
        row: dict[str, object] = {}
        try:
            value = orjson.loads(stripped)
        except orjson.JSONDecodeError as error:
            table.row_errors[number] = TableError("row_json_broken", {"column": error.colno})
        else:
            if isinstance(value, dict):
                row = {name.strip(): to_cell(cell) for name, cell in value.items()}
                columns.update(dict.fromkeys(row))
            else:
                table.row_errors[number] = TableError("row_not_object", {"type": type(value).__name__})
        _append(table, number, row, max_rows)
    if not table.rows:
        raise TableError("file_empty")
    table.columns = list(columns)
    return table
