"""Text files: csv and tsv with their encodings and delimiters, ndjson line by line."""

import csv
import io
from collections.abc import Iterator

import orjson

from shared.field.files.tables import NESTED, Row, TableError, to_cell
from shared.field.strict.json_keys import JsonError, check_json, count_keys

MAX_LINE_BYTES = 64 * 1024
"""Of an ndjson line, as in the batch."""
_SEPARATOR = "sep="
_MOST_MEMBERS = 10
"""Of an object within a line, such as a location."""


def read_csv(data: bytes, delimiter: str | None) -> Iterator[Row]:
    """Rows by the number of their line on which they end; `sep=,` on the first line, as Excel writes, is followed.

    Raises TableError.
    """
    text = decode(data)
    first_line, _, rest = text.partition("\n")
    skipped = 0
    if first_line.strip().strip('"').lower().startswith(_SEPARATOR):
        delimiter = first_line.strip().strip('"')[len(_SEPARATOR) :][:1] or delimiter or "\t"
        text, skipped = rest, 1
    beginning = [line for line in text[:20_000].split("\n")[:20] if line.strip()]
    delimiter = delimiter or max(",\t;", key=lambda one: sum(line.count(one) for line in beginning))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1 + skipped):
            yield number, [to_cell(cell) for cell in cells]
    except csv.Error as error:
        raise TableError("file_unreadable", {"cause": f"line {reader.line_num + skipped}"}) from error


def decode(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16, else GB 18030. Raises TableError."""
    head = data[:2]
    if head in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    elif 0 in data[:4]:
        encodings = ("utf-16-be" if data[0] == 0 else "utf-16-le",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise TableError("file_encoding")


def read_ndjson(data: bytes, columns: dict[str, int]) -> Iterator[tuple[int, list[object] | TableError]]:
    """Lines by number: cells in the order of `columns`, which grows, or why the line cannot be read."""
    for number, line in enumerate(io.BytesIO(data.removeprefix(b"\xef\xbb\xbf")), start=1):
        if not (stripped := line.strip()):
            continue
        try:
            yield number, _cells(stripped, columns)
        except TableError as error:
            yield number, error


def _cells(line: bytes, columns: dict[str, int]) -> list[object]:
    if len(line) > MAX_LINE_BYTES:
        raise TableError("row_too_long", {"max_bytes": MAX_LINE_BYTES})
    try:
        value = orjson.loads(line)
        check_json(line, count_keys(value))
    except orjson.JSONDecodeError as error:
        raise TableError("row_json_broken", {"column": error.colno}) from error
    except JsonError as broken:
        raise TableError(broken.reason.replace("json", "row", 1), {"key": str(broken.facts["key"])[:100]}) from broken
    if not isinstance(value, dict):
        raise TableError("row_not_object", {"type": type(value).__name__})
    names = [name.strip() for name in value]
    if len(set(names)) < len(names):
        key = next(name for name in names if names.count(name) > 1)
        raise TableError("row_key_twice", {"key": key[:100]})
    cells: list[object] = []
    for name, cell in zip(names, value.values(), strict=True):
        place = columns.setdefault(name, len(columns))
        cells += [None] * (place + 1 - len(cells))
        cells[place] = _flat(cell)
    return cells


def _flat(value: object) -> object:
    if isinstance(value, list) or (
        isinstance(value, dict)
        and (len(value) > _MOST_MEMBERS or any(isinstance(member, list | dict) for member in value.values()))
    ):
        return NESTED
    return to_cell(value)
