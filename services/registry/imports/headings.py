"""Finds a table's heading, of one to three rows, and says which field each column holds. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property

from services.registry.import_words import ImportWords

ROWS_SEARCHED = 60
_LEVELS = (1, 2, 3)
_LEAST_KNOWN = 3
_ALIKE = 0.7
_MARKS = re.compile(r"[\s*★☆※•·\"'“”‘’\u200b\ufeff]+|_x000[da]_", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[【〔《]([^()\[\]【】〔〕《》]*)[)\]】〕》]")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、)]|[一二三四五六七八九十]{1,3}、)")
_JOINTS = re.compile(r"[/、\\]")
_OUTER = ":,;.。、，：-"
_AMONG = "其中"
_COUNTED = re.compile(r"(?:人)?数$")

Row = tuple[int, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column (from 0), what stands above it, the field it holds, or the one that its heading is nearly."""

    place: int
    heading: str
    field: str | None = None
    near: str | None = None
    ignored: bool = False
    """Known, and not needed."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a table: how many of its filled rows it ends after, and its columns."""

    rows: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> dict[str, Column]:
        """Column by field."""
        return {column.field: column for column in self.columns if column.field is not None}

    @property
    def repeated(self) -> list[Column]:
        """Columns whose field another one holds too."""
        fields = [column.field for column in self.columns if column.field is not None]
        return [column for column in self.columns if column.field is not None and fields.count(column.field) > 1]

    @property
    def is_table(self) -> bool:
        """Whether enough of it is known to be a table of records."""
        return len(self.fields) >= _LEAST_KNOWN

    def missing(self, required: Sequence[str], given: Sequence[str]) -> list[str]:
        """Required fields that neither a column nor the request gives."""
        return [field for field in required if field not in self.fields and field not in given]


@dataclass(frozen=True)
class Names:
    """The words of headings, normalized."""

    words: ImportWords

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Field by normalized heading; a field's own name is a heading too."""
        named: dict[str, str] = {}
        for field, headings in self.words.headings.items():
            named |= {self.fold(heading): field for heading in (field, *headings)}
        return named

    @cached_property
    def ignored(self) -> frozenset[str]:
        """Known headings that are not needed."""
        return frozenset(self.fold(heading) for heading in self.words.ignored)

    @cached_property
    def _remarks(self) -> tuple[frozenset[str], tuple[str, ...]]:
        remarks = [unicodedata.normalize("NFKC", remark).lower().replace(" ", "") for remark in self.words.remarks]
        starts = tuple(remark.removesuffix("...") for remark in remarks if remark.endswith("..."))
        meanings, fields = self.words.meanings, self.words.form.fields
        # `经度（百度）` is not the longitude in WGS 84: a datum's name is no remark.
        named = [by for field, by in meanings.items() if fields[field] == "word" and field != "datum"]
        told = [words for by in named for words in by.values()]
        choices = [_MARKS.sub("", unicodedata.normalize("NFKC", word)) for words in told for word in words]
        return frozenset([*remarks, *choices]), starts

    @cached_property
    def _status_words(self) -> tuple[str, ...]:
        return tuple(self.fold(word) for word in self.words.statuses.get(self.words.form.ended or "", []))

    def fold(self, text: object) -> str:
        """A heading without what does not count: full width, blanks, line breaks, marks, numbering, remarks."""
        folded = _MARKS.sub("", unicodedata.normalize("NFKC", str(text))).lower()
        folded = _BRACKETS.sub(lambda found: "" if self.is_remark(found[1]) else found[0], folded)
        return _JOINTS.sub("", _NUMBERING.sub("", folded)).strip(_OUTER)

    def is_remark(self, text: str) -> bool:
        """Whether a text says only what a remark says (`必填,18位`)."""
        remarks, starts = self._remarks
        return text.startswith(starts) or all(part in remarks for part in re.split("[,，、;；/]", text) if part)

    def near(self, folded: str) -> str | None:
        """The field whose heading is alike, None where there is none. An exact match was sought before."""
        if folded in self.ignored or len(folded) < 2:  # noqa: PLR2004 - one character is like anything
            return None
        if any(word in folded for word in self._status_words):
            return "status"
        best: tuple[float, str | None] = (_ALIKE, None)
        for name, field in self.by_name.items():
            if len(name) < 2:  # noqa: PLR2004
                continue
            within = name in folded or (folded in name and len(folded) > 2)  # noqa: PLR2004
            alike = 0.8 + len(name) / 1000 if within else SequenceMatcher(None, name, folded).ratio()
            best = max(best, (alike, field), key=lambda one: one[0])
        return best[1]

    def _alone(self, folded: str) -> str | None:
        """The field of a heading, also where brackets only say it in another word: 住所（地址）."""
        found = self.by_name.get(folded)
        inner = _BRACKETS.findall(folded)
        if found is None and inner:
            meant = {self.by_name.get(part) for part in (_BRACKETS.sub("", folded), *inner)}
            found = meant.pop() if len(meant) == 1 else None
        return found

    def match(self, path: Sequence[str]) -> str | None:
        """The field of a column by the headings above it, from the top."""
        *above, last = [self.fold(part) for part in path]
        last_alone = last.removeprefix(_AMONG).strip(_OUTER)
        for start in range(len(above)):
            parents = "".join(above[start:])
            for parent in dict.fromkeys((parents, _COUNTED.sub("", parents))):
                if (field := self.by_name.get(parent + last_alone)) is not None:
                    return field
        parent_field = next((self.by_name[part] for part in reversed(above) if part in self.by_name), None)
        if parent_field is None:
            # `其中` belongs to something; alone it says nothing.
            return self._alone(last if not above else last_alone)
        return parent_field if self.is_remark(last_alone) or last in map(self.fold, self.words.totals) else None


def match_columns(names: Names, paths: Mapping[int, Sequence[str]]) -> tuple[Column, ...]:
    """The columns of a heading from what stands above each, from the top; `near` is left for `_with_near`."""
    columns, before = [], ""
    for place, path in sorted(paths.items()):
        among = len(path) == 1 and names.fold(path[0]).startswith(_AMONG) and before
        field = names.match((before, *path) if among else path)
        folded = names.fold(path[-1])
        shown = " / ".join(" ".join(part.split()) for part in path)
        columns.append(Column(place, shown, field, ignored=field is None and folded in names.ignored))
        before = path[-1] if not among else before
    return tuple(columns)


def find_heading(names: Names, rows: Sequence[Row]) -> Heading | None:
    """The rows among the first that most known headings stand in; None for a sheet without rows."""
    best: tuple[tuple[int, bool], Heading] | None = None
    for start in range(min(len(rows), ROWS_SEARCHED)):
        texts = [[_text(cell) for cell in cells] for _, cells in rows[start : start + max(_LEVELS)]]
        several = sum(text is not None for text in texts[0]) > 1
        for levels in _LEVELS[: len(texts)]:
            heading = Heading(start + levels, match_columns(names, _paths(texts[:levels])))
            # On a tie the earlier row is better, unless it adds nothing, as a title does; then the fewest rows.
            rank = (len(heading.fields), several)
            if best is None or rank > best[0] or (rank[0] == best[0][0] and _same(heading, best[1])):
                best = (rank, heading)
    if best is None or best[1].fields:
        return _with_near(names, best[1]) if best else None
    # Nothing is known: the first row with more than one cell has the names that are reported.
    start = next((place for place, (_, cells) in enumerate(rows) if sum(c is not None for c in cells) > 1), 0)
    return _with_near(names, Heading(start + 1, match_columns(names, _paths([list(map(_text, rows[start][1]))]))))


def _with_near(names: Names, heading: Heading) -> Heading:
    """Sought for the heading alone, not for each row that might be one: it compares with every known heading."""
    columns = (
        column if column.field else replace(column, near=names.near(names.fold(column.heading.rpartition(" / ")[2])))
        for column in heading.columns
    )
    return replace(heading, columns=tuple(columns))


def _same(heading: Heading, other: Heading) -> bool:
    """Whether both end on one row and read each column alike: the second then begins with a row of the form."""
    fields = [{column.place: column.field for column in one.columns if column.field} for one in (heading, other)]
    return heading.rows == other.rows and fields[0] == fields[1]


def _text(cell: object) -> str | None:
    return None if cell is None or isinstance(cell, dict) else str(cell)


def _paths(levels: Sequence[Sequence[str | None]]) -> dict[int, list[str]]:
    """What stands above each column: a heading over several columns stands in the first of them."""
    width = max(map(len, levels))
    filled = [[*level, *[None] * (width - len(level))] for level in levels]
    paths: dict[int, list[str]] = {}
    for place in range(width):
        path: list[str] = []
        for depth, level in enumerate(filled):
            text = level[place]
            below = any(lower[place] is not None for lower in filled[depth + 1 :])
            if text is None and below:
                text = next((one for one in reversed(level[:place]) if one is not None), None)
            if text is not None and (not path or text != path[-1]):
                path.append(text)
        if path:
            paths[place] = path
    return paths
