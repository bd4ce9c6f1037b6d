"""Streaming XML parsers of workbooks' members: how many cells, how much text, and which cells have no value."""

from abc import ABC, abstractmethod
from array import array
from xml.parsers import expat

from shared.field.files.tables import NOT_CALCULATED, Area, TableError, error_cell

MAX_CELLS = 1_000_000
"""Filled ones of a sheet: 50,000 rows of 20 columns."""
MAX_AREA = 8_000_000
"""Of the rectangle around a sheet's filled cells, which the reader allocates: 32 bytes each."""
MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Of all cells: many cells may share one text of the workbook."""
_MOST_LETTERS = 3
_MOST_DIGITS = 10
_ALWAYS_FILLED = frozenset({"str", "e"})

Unvalued = dict[tuple[int, int], dict[str, object]]
"""What stands for a cell without a value, by row and column from 1."""


class Parser(ABC):
    """A streaming XML parser. Document types, and with them entities, are refused: no workbook needs them."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end

    def feed(self, piece: bytes) -> None:
        """Parse a further piece. Raises TableError, ExpatError."""
        self._expat.Parse(piece, False)

    def _refuse(self, *_: object) -> None:
        raise TableError("file_unreadable", {"cause": "Doctype"})

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def _end(self, name: str) -> None:  # noqa: B027 - most readers need not know
        """An element ends."""


class Relations(Parser):
    """The workbook's relations, member by id: they may refer to XML only."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        target = attributes.get("Target", ".xml").lower()
        if not target.endswith(".xml"):
            raise TableError("file_unreadable", {"cause": "Relations"})
        member = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        self.targets[attributes.get("Id", "")] = member


class Workbook(Parser):
    """The sheets' names with the ids of their relations, and whether days are counted from 1904."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, str] = {}
        self.dates_from_1904 = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            self.sheets[attributes.get("name", "")] = relation
        elif name == "workbookPr":
            self.dates_from_1904 = attributes.get("date1904", "0").lower() in ("1", "true", "on")


class Texts(Parser):
    """The length of each shared text, in bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths = array("q")
        self._length = 0
        self._expat.CharacterDataHandler = self._text

    def _start(self, name: str, _: dict[str, str]) -> None:
        if local(name) == "si":
            self._length = 0

    def _text(self, text: str) -> None:
        self._length += len(text.encode())

    def _end(self, name: str) -> None:
        if local(name) == "si":
            self.lengths.append(self._length)


class Counted:
    """Filled cells and the rectangle around them: formatted empty cells do not count."""

    def __init__(self) -> None:
        self.unvalued: Unvalued = {}
        self.merged: list[Area] = []
        self._filled = self._rows = self._columns = 0

    def count(self, row: int, column: int, cells: int = 1) -> None:
        self._filled += cells
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        for number, most in ((self._filled, MAX_CELLS), (self._rows * self._columns, MAX_AREA)):
            if number > most:
                raise TableError("file_too_large", {"cells": number, "max_cells": most})


class SheetXml(Parser):
    """A sheet of an xlsx: its filled cells, the length of the text in them, and cells without a value."""

    def __init__(self, lengths: "array[int]") -> None:
        super().__init__()
        self.cells = Counted()
        self._lengths = lengths
        self._row = self._column = 0
        self._text = 0
        self._kind = self._value = ""
        self._formula = self._inline = self._valued = False

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            row, column = place(attributes.get("r", ""))
            self._row, self._column = row or self._row or 1, column or self._column + 1
            self._kind, self._value = attributes.get("t", ""), ""
            self._formula = self._inline = self._valued = False
        elif name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._inline = True
        elif name == "v":
            self._valued = True
            self._expat.CharacterDataHandler = self._read_value

    def _read_value(self, text: str) -> None:
        self._value = (self._value + text)[:_MOST_DIGITS]

    def _end(self, name: str) -> None:
        name = local(name)
        if name == "v":
            self._expat.CharacterDataHandler = None
        elif name == "c":
            if self._inline or self._value or (self._valued and self._kind in _ALWAYS_FILLED):
                self.cells.count(self._row, self._column)
                self._measure()
            elif self._formula:
                self.cells.unvalued[self._row, self._column] = NOT_CALCULATED

    def _measure(self) -> None:
        if self._kind == "e":
            self.cells.unvalued[self._row, self._column] = error_cell(self._value)
        if self._kind == "s":
            number = _number(self._value.strip())
            self._text += self._lengths[number] if number < len(self._lengths) else 0
            if self._text > MAX_TEXT_BYTES:
                raise TableError("file_too_large", {"max_text_bytes": MAX_TEXT_BYTES})


class OpenDocument(Parser):
    """The sheets of an ods, whose rows and cells may stand for many: `content.xml` in one stream."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: dict[str, Counted] = {}
        self._sheet = Counted()
        self._row = self._column = self._times = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "table":
            self._sheet = self.sheets[attributes.get("table:name", "")] = Counted()
            self._row = self._times = 0
        elif name == "table-row":
            self._row += self._times
            self._times = _number(attributes.get("table:number-rows-repeated")) or 1
            self._column = 0
        elif name in ("table-cell", "covered-table-cell"):
            times = _number(attributes.get("table:number-columns-repeated")) or 1
            below = _number(attributes.get("table:number-rows-spanned"))
            if below > 1:
                right = self._column + max(1, _number(attributes.get("table:number-columns-spanned"))) - 1
                self._sheet.merged.append(((self._row, self._column), (self._row + below - 1, right)))
            if "office:value-type" in attributes:
                self._sheet.count(self._row + self._times, self._column + times, self._times * times)
            elif "table:formula" in attributes:
                self._sheet.unvalued[self._row + 1, self._column + 1] = NOT_CALCULATED
            self._column += times


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


def _number(text: str | None) -> int:
    return int(text[: _MOST_DIGITS + 1]) if text and text.isascii() and text.isdigit() else 0


def place(reference: str) -> tuple[int, int]:
    """Row and column of `AB12`, from 1; 0 for a missing one. Raises TableError for more than three letters."""
    letters = reference.rstrip("0123456789")
    if len(letters) > _MOST_LETTERS:
        raise TableError("file_unreadable", {"cause": "Reference"})
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return _number(reference[len(letters) :]), column
