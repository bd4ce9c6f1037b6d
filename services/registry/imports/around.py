"""Tells the rows of a table from what stands around and between them: totals, the form's end, notes. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from services.registry.imports.headings import Heading, Names
from shared.field.files.values import fold

_CODE = re.compile(r"[0-9A-Z]{8}")
_AFTER = r"(?:$|[\s:.、,(]|\d|[一二三四五六七八九十])"
_NUMBERING = frozenset("甲乙丙丁戊己庚辛壬癸")
_FIRST = 3


def _counts(cell: object) -> bool:
    return isinstance(cell, int | float) or str(cell).strip().isdigit()


class Around:
    """Says of a row why it is no record."""

    def __init__(self, heading: Heading, names: Names) -> None:
        self._heading, self._names = heading, names
        self._read = {column.place for column in heading.columns if column.field is not None}
        self._headed = frozenset(column.place for column in heading.columns)
        self._width = max((column.place for column in heading.columns), default=-1) + 1
        self._code = heading.fields["uscc"].place if "uscc" in heading.fields else None
        required = names.words.form.required
        self._needed = [heading.fields[one].place for one in required if one in heading.fields]

    @cached_property
    def _totals(self) -> re.Pattern[str]:
        return self._beginning(self._names.words.totals)

    @cached_property
    def _closings(self) -> re.Pattern[str]:
        return self._beginning(self._names.words.closings)

    def _beginning(self, words: Sequence[str]) -> re.Pattern[str]:
        written = "|".join(re.escape(re.sub(r"\s", "", fold(word))) for word in words) or "(?!)"
        return re.compile(f"(?:{written}){_AFTER}")

    def beyond(self, cells: Sequence[object]) -> list[int]:
        """The places of a row's cells to the right of the last heading."""
        return [place for place in range(self._width, len(cells)) if cells[place] is not None]

    def unheaded(self, cells: Sequence[object]) -> list[int]:
        """The places of a row's cells that no heading stands above, up to the last one; left of all the row's number
        may stand."""
        first, end = min(self._headed, default=0), min(self._width, len(cells))
        return [
            place
            for place in range(end)
            if place not in self._headed and cells[place] is not None and (place > first or not _counts(cells[place]))
        ]

    def why(self, cells: Sequence[object]) -> str | None:
        """A key of `sentences.SKIPPED`, or None for a record. A row with a code is a record always."""
        filled = [(place, cell) for place, cell in enumerate(cells) if cell is not None]
        if self._code is not None and self._code < len(cells) and _CODE.search(fold(cells[self._code]).upper()):
            return None
        texts = [re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell))) for _, cell in filled]
        # So is a row without codes in which all is there: a number may begin with such a word (附1).
        whole = self._code is None and all(one < len(cells) and cells[one] is not None for one in self._needed)
        known = {
            "total": not whole and any(self._totals.match(text) for text in texts[:_FIRST]),
            "closing": not whole and self._closings.match(texts[0]) is not None,
            "numbering": self._is_numbering(texts),
            "heading": self._is_heading(filled),
        }
        if any(known.values()):
            return next(why for why, found in known.items() if found)
        if not any(place in self._read for place, _ in filled):
            return (
                "empty" if all(isinstance(cell, int | float) or str(cell).isdigit() for _, cell in filled) else "note"
            )
        return "note" if len(filled) == 1 and filled[0][0] == self._heading.columns[0].place else None

    def _is_numbering(self, texts: Sequence[str]) -> bool:
        """1, 2, 3 … (甲, 乙, 1, 2 …) or units under the headings."""
        texts = [text for text in texts if self._names.fold(text) not in self._names.ignored]
        if len(texts) < _FIRST:
            return False
        numbers = [int(text) for text in texts if text.isdecimal() and len(text) <= _FIRST]
        if len(numbers) + sum(text in _NUMBERING for text in texts) == len(texts) and numbers:
            return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        return all(self._names.is_remark(text) for text in texts)

    def _is_heading(self, filled: Sequence[tuple[int, object]]) -> bool:
        last = {column.place: self._names.fold(column.heading.rpartition(" / ")[2]) for column in self._heading.columns}
        same = sum(self._names.fold(cell) == last.get(place) for place, cell in filled)
        return same >= _FIRST and same * 2 > len(filled)
