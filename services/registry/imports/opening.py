"""Opens a file's table: which sheet, which columns, which rows are records, and which keys come twice."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from services.registry.import_forms import Form
from services.registry.import_words import ImportWords
from services.registry.imports.around import Around
from services.registry.imports.errors import SeveralSheets, UnreadableFile
from services.registry.imports.given import Given
from services.registry.imports.headings import ROWS_SEARCHED, Heading, Names, find_heading
from services.registry.imports.mapping.heading import check_heading, title_of, titles_of
from services.registry.imports.rules import CellFault, Reader
from shared.field.files.tables import Row, Sheet, TableError, column_letters
from shared.field.files.values import fold_word
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput

_NO_SHEET = Text(zh="没有工作表“{sheet}”，文件中有：{sheets}。", en="There is no sheet '{sheet}'; there are: {sheets}.")
_MOST_SKIPPED = 200
_DELIMITED = ("csv", "tsv")
"""A workbook may have notes beside its table; a longer row of a text file has slipped."""
_EXACT_KINDS = ("ndjson", "jsonl")
_REPEATED = {
    "code": ("code_repeated", "row_repeated"),
    "label": ("number_repeated", "number_row_repeated"),
    "line": ("name_repeated", "name_row_repeated"),
}
"""By how the key is read, then whether the rows are the same."""


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table whose heading is understood; `records` are the places of its records in `sheet.lines`."""

    sheet: Sheet
    reader: Reader
    first_row: int
    """Number of the row below the heading."""
    records: Sequence[int]
    numbers: Sequence[int]
    """The records' row numbers."""
    skipped: Sequence[tuple[int, str]]
    """Row number and key of `sentences.SKIPPED`."""
    left_out: Sequence[str]
    """Names of the sheets that are not read."""
    repeats: Mapping[int, CellFault] = field(default_factory=dict)
    """By row number: its key is in other rows too."""
    longer: Mapping[int, CellFault] = field(default_factory=dict)
    """By row number: it has more cells than the heading."""
    unheaded: Mapping[int, CellFault] = field(default_factory=dict)
    """By row number: it has cells under no heading, which are not read."""

    def rows(self, start: int, stop: int) -> Iterator[Row]:
        """Number and cells of some records."""
        for place in self.records[start:stop]:
            yield from self.sheet.rows(place, place + 1, merged=True)

    @property
    def rows_total(self) -> int:
        """Rows below the heading, blank and skipped ones too, down to the last record."""
        return self.numbers[-1] + 1 - self.first_row

    def report(self, policies: Sequence[str]) -> dict[str, Any]:
        """What the answer says of the file's form, as it is stored."""
        columns = self.reader.heading.columns
        named = [{"column": column_letters(one.place), "heading": one.heading} for one in columns]
        return {
            "sheet": self.sheet.name or None,
            "sheets_left_out": list(self.left_out),
            "columns": [at | {"field": one.field} for at, one in zip(named, columns, strict=True) if one.field],
            "ignored_columns": [
                at | {"like": one.near, "known": title_of(one.near, self.reader.words) if one.near else None}
                for at, one in zip(named, columns, strict=True)
                if one.field is None
            ],
            "fields": titles_of(self.reader.words),
            "skipped": [{"row": row, "why": why} for row, why in self.skipped[:_MOST_SKIPPED]],
            "skipped_rows": len(self.skipped),
            "policies": list(policies),
        }


def open_table(
    sheets: Sequence[Sheet],
    filename: str,
    kind: str,
    words: ImportWords,
    given: Given,
    *,
    sheet: str | None,
    today: date,
) -> OpenTable:
    """Find the table. Raises UnreadableFile, MissingColumns, UnclearColumns, SeveralSheets, InvalidInput."""
    names = Names(words)
    found = _find_sheet(sheets, names, sheet)
    if found is None:
        raise UnreadableFile(filename, TableError("file_empty"))
    chosen, heading = found
    check_heading(heading, names, filename, given)
    exact = kind in _EXACT_KINDS
    reader = Reader(heading, names, given, today, exact_numbers=exact, dates_from_1904=chosen.dates_from_1904)
    around = Around(heading, names)
    places = [column.place for column in heading.fields.values()]
    records: list[int] = []
    numbers: list[int] = []
    skipped: list[tuple[int, str]] = []
    keys: dict[str, list[tuple[int, int]]] = {}
    longer, unheaded = dict[int, CellFault](), dict[int, CellFault]()
    for place, (number, cells) in enumerate(chosen.rows(heading.rows), start=heading.rows):
        why = around.why(cells) if cells and not exact else None
        if why is not None:
            skipped.append((number, why))
            continue
        records.append(place)
        numbers.append(number)
        if kind in _DELIMITED and (beyond := around.beyond(cells)):
            longer[number] = CellFault("cell_beyond", "", beyond[0], {"row": number, "cells": _named(beyond, number)})
        if not exact and (unread := around.unheaded(cells)):
            facts = {"row": number, "cells": _named(unread, number)}
            unheaded[number] = CellFault("cell_unheaded", "", unread[0], facts)
        key = reader.key(cells)
        if key:
            read = [cells[one] for one in places if one < len(cells)]
            keys.setdefault(key, []).append((number, hash(orjson.dumps(read))))
    if not records:
        raise UnreadableFile(filename, TableError("file_empty"))
    left_out = [one.name for one in sheets if one is not chosen and one.lines]
    [(last, _)] = chosen.rows(heading.rows - 1, heading.rows) if heading.rows else [(0, [])]
    repeats = _repeats(keys, heading, words.form)
    return OpenTable(chosen, reader, last + 1, records, numbers, skipped, left_out, repeats, longer, unheaded)


def _named(places: Sequence[int], row: int) -> str:
    return "、".join(f"{column_letters(place)}{row}" for place in places[:10])


def _repeats(keys: Mapping[str, list[tuple[int, int]]], heading: Heading, form: Form) -> dict[int, CellFault]:
    """No row of a key that comes with different content is taken; of equal rows the first is."""
    faults: dict[int, CellFault] = {}
    for rows in keys.values():
        if len(rows) == 1:
            continue
        same = len({content for _, content in rows}) == 1
        for number, _ in rows[1:] if same else rows:
            others = [str(other) for other, _ in (rows[:1] if same else rows)][:10]
            facts = {"rows": "、".join(others)}
            reason = _REPEATED[form.fields[form.key]][same]
            faults[number] = CellFault(reason, form.key, heading.fields[form.key].place, facts)
    return faults


def _find_sheet(sheets: Sequence[Sheet], names: Names, wanted: str | None) -> tuple[Sheet, Heading] | None:
    """The sheet that is wanted (its name, or its number from 1), else the only visible one with a table."""
    filled = [sheet for sheet in sheets if sheet.lines]
    if wanted is not None:
        by_number = {str(number): sheet for number, sheet in enumerate(sheets, start=1)}
        named = [sheet for sheet in sheets if fold_word(sheet.name) == fold_word(wanted)]
        chosen = named[0] if named else by_number.get(fold_word(wanted))
        if chosen is None:
            facts = (("sheet", wanted[:100]), ("sheets", "、".join(sheet.name for sheet in sheets)))
            raise InvalidInput([FieldError("/sheet", _NO_SHEET, facts)])
        filled = [chosen] if chosen.lines else []
    visible = [sheet for sheet in filled if not sheet.hidden] or filled
    found = [(sheet, heading) for sheet in visible if (heading := _heading(sheet, names)) is not None]
    tables = [one for one in found if one[1].is_table]
    if len(tables) > 1:
        raise SeveralSheets(sheets="、".join(sheet.name for sheet, _ in tables))
    return max(found, key=lambda one: len(one[1].fields), default=None)


def _heading(sheet: Sheet, names: Names) -> Heading | None:
    if sheet.columns is None:
        return find_heading(names, list(sheet.rows(0, ROWS_SEARCHED + 3)))
    heading = find_heading(names, [(0, sheet.columns)])
    return None if heading is None else Heading(0, heading.columns)
