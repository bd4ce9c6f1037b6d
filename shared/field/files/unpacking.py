"""Limits the memory that a workbook would take, by streaming through it before it is loaded.

The reader allocates a sheet's whole rectangle, and a copy of the text for every cell. A zip of a few hundred kilobytes
can expand to gigabytes of either, so the sizes that the zip states are not trusted.
"""

import io
import zipfile
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterator
from xml.parsers import expat

from shared.field.files.tables import TableError

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_CELLS = 1_000_000
"""Of a sheet's rectangle: 50,000 rows of 20 columns, which take some 200 MiB until they are converted to our rows."""
MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Of all cells: many cells may share one text of the workbook."""
_PIECE_BYTES = 64 * 1024
_SHARED, _RELATIONS = "xl/sharedstrings.xml", "xl/_rels/workbook.xml.rels"
_MOST_DIGITS = 10
_STRANGE = 0x1 | 0x20 | 0x40
"""Encrypted, patched, or strongly encrypted."""


def check_workbook(data: bytes) -> None:
    """Raises TableError above these limits; BadZipFile, zlib.error or ExpatError if this is no workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        seen = 0
        texts = _Texts()
        # Shared texts first: sheets refer to them.
        for member in sorted(archive.infolist(), key=lambda member: member.filename.lower() != _SHARED):
            reader = _reader_of(member.filename.lower(), texts)
            for piece in _unpack(archive, member):
                seen += len(piece)
                if seen > MAX_UNPACKED_BYTES:
                    raise TableError("file_too_large", {"max_bytes": MAX_UNPACKED_BYTES})
                if reader is not None:
                    reader.feed(piece)


def _reader_of(name: str, texts: "_Texts") -> "_Parser | None":
    """Any XML member may be a sheet, as the relations say; so they may refer to XML only."""
    if name == _SHARED:
        return texts
    if name == _RELATIONS:
        return _Relations()
    return _Sheet(texts.lengths) if name.endswith(".xml") else None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & _STRANGE or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise TableError("file_unreadable", {"format": "xlsx", "cause": "Packing"})
    # Read to the end of the compressed data, whatever length and checksum the zip states.
    member.file_size = MAX_UNPACKED_BYTES + 1
    member.CRC = None  # type: ignore[assignment]
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece


class _Parser(ABC):
    """A streaming XML parser. Document types, and with them entities, are refused: no workbook needs them."""

    def __init__(self) -> None:
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end

    def feed(self, piece: bytes) -> None:
        self._expat.Parse(piece, False)

    def _refuse(self, *_: object) -> None:
        raise TableError("file_unreadable", {"format": "xlsx", "cause": "Doctype"})

    @abstractmethod
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def _end(self, name: str) -> None:  # noqa: B027 - most readers need not know
        """An element ends."""


class _Relations(_Parser):
    """The workbook's relations: they may refer to XML only."""

    def _start(self, _: str, attributes: dict[str, str]) -> None:
        if not attributes.get("Target", ".xml").lower().endswith(".xml"):
            raise TableError("file_unreadable", {"format": "xlsx", "cause": "Relations"})


class _Texts(_Parser):
    """The length of each shared text, in bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.lengths = array("q")
        self._length = 0
        self._expat.CharacterDataHandler = self._text

    def _start(self, name: str, _: dict[str, str]) -> None:
        if _local(name) == "si":
            self._length = 0

    def _text(self, text: str) -> None:
        self._length += len(text.encode())

    def _end(self, name: str) -> None:
        if _local(name) == "si":
            self.lengths.append(self._length)


class _Sheet(_Parser):
    """The rectangle of a sheet, and the length of the text in it."""

    def __init__(self, lengths: "array[int]") -> None:
        super().__init__()
        self._lengths = lengths
        self._row = self._column = 0
        self._rows = self._columns = 1
        self._text = 0
        self._shared = False
        self._reference = ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
        elif name == "v" and self._shared:
            self._reference = ""
            self._expat.CharacterDataHandler = self._read_reference

    def _start_cell(self, attributes: dict[str, str]) -> None:
        row, column = _place(attributes.get("r", ""))
        self._row, self._column = row or self._row or 1, column or self._column + 1
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows * self._columns > MAX_CELLS:
            raise TableError("file_too_large", {"cells": self._rows * self._columns, "max_cells": MAX_CELLS})
        self._shared = attributes.get("t") == "s"

    def _read_reference(self, text: str) -> None:
        self._reference += text[:_MOST_DIGITS]

    def _end(self, name: str) -> None:
        if not self._shared or _local(name) != "v":
            return
        self._expat.CharacterDataHandler = None
        place = _number(self._reference.strip())
        self._text += self._lengths[place] if place < len(self._lengths) else 0
        if self._text > MAX_TEXT_BYTES:
            raise TableError("file_too_large", {"max_text_bytes": MAX_TEXT_BYTES})


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _number(text: str | None) -> int:
    return int(text[: _MOST_DIGITS + 1]) if text and text.isascii() and text.isdigit() else 0


def _place(reference: str) -> tuple[int, int]:
    """Row and column of `AB12`, from 1; 0 for a missing one."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return _number(reference[len(letters) :]), column
