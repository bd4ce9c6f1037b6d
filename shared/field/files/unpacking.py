"""Limits the memory that a workbook would take, by streaming through it before it is loaded.

The reader allocates a sheet's whole rectangle, and a copy of the text for every cell. A zip of a few hundred kilobytes
can expand to gigabytes of either, so the sizes that the zip states are not trusted.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.field.files.parsing import (
    OpenDocument,
    Parser,
    Relations,
    SheetXml,
    Texts,
    Unvalued,
    Workbook,
)
from shared.field.files.tables import Area, TableError

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
_SHARED, _RELATIONS, _WORKBOOK = "xl/sharedstrings.xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
_CONTENT = "content.xml"
_STRANGE = 0x1 | 0x20 | 0x40
"""Encrypted, patched, or strongly encrypted."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader does not tell: cells without a value by sheet, and from when days are counted."""

    unvalued: Mapping[str, Unvalued] = field(default_factory=dict)
    dates_from_1904: bool = False
    merged: Mapping[str, list[Area]] = field(default_factory=dict)
    """Of an ods alone."""


def check_workbook(data: bytes) -> Seen:
    """Raises TableError above these limits; BadZipFile, zlib.error or ExpatError if this is no workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {member.filename.lower() for member in archive.infolist()}
        parsers = _Parsers(open_document=_CONTENT in names and _WORKBOOK not in names)
        seen = 0
        # Shared texts first: sheets refer to them.
        for member in sorted(archive.infolist(), key=lambda member: member.filename.lower() != _SHARED):
            parser = parsers.of(member.filename.lower())
            for piece in _unpack(archive, member):
                seen += len(piece)
                if seen > MAX_UNPACKED_BYTES:
                    raise TableError("file_too_large", {"max_bytes": MAX_UNPACKED_BYTES})
                if parser is not None:
                    parser.feed(piece)
    return parsers.seen()


class _Parsers:
    def __init__(self, *, open_document: bool) -> None:
        self._open_document = open_document
        self._texts, self._relations, self._workbook = Texts(), Relations(), Workbook()
        self._content = OpenDocument()
        self._sheets: dict[str, SheetXml] = {}

    def of(self, name: str) -> Parser | None:
        """Any XML member of an xlsx may be a sheet, as the relations say; so they may refer to XML only."""
        if self._open_document:
            return self._content if name == _CONTENT else None
        known: dict[str, Parser] = {_SHARED: self._texts, _RELATIONS: self._relations, _WORKBOOK: self._workbook}
        if name in known:
            return known[name]
        if not name.endswith(".xml"):
            return None
        self._sheets[name] = SheetXml(self._texts.lengths)
        return self._sheets[name]

    def seen(self) -> Seen:
        if self._open_document:
            sheets = self._content.sheets
            unvalued = {name: cells.unvalued for name, cells in sheets.items()}
            return Seen(unvalued, merged={name: cells.merged for name, cells in sheets.items()})
        by_name = {name: self._relations.targets.get(relation, "") for name, relation in self._workbook.sheets.items()}
        unvalued = {
            name: self._sheets[member].cells.unvalued for name, member in by_name.items() if member in self._sheets
        }
        return Seen(unvalued, self._workbook.dates_from_1904)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & _STRANGE or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise TableError("file_unreadable", {"cause": "Packing"})
    # Read to the end of the compressed data, whatever length and checksum the zip states.
    member.file_size = MAX_UNPACKED_BYTES + 1
    member.CRC = None  # type: ignore[assignment]
    with archive.open(member) as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
