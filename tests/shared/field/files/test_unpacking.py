"""Files that would unpack to more than there is memory for: refused before they are loaded, and what is taken fits."""

import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shared.field.files import unpacking
from shared.field.files.tables import TableError
from shared.field.files.writing import write_table
from tests.shared.field.files.helpers import rows_of, sheets_of

MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STRINGS, RELATIONS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"
MIB = 1024 * 1024
HEADING = b'<row r="1"><c t="inlineStr"><is><t>a</t></is></c></row>'
MEASURE = """
import resource, sys
from pathlib import Path
from shared.field.files.reading import read_records
from shared.field.files.tables import TableError, collect
data = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read = len(collect(read_records(data, sys.argv[1]))[0].lines)
except TableError as error:
    read = error.reason
print(read, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def sheet(*rows: bytes) -> bytes:
    return b"<worksheet " + MAIN + b"><sheetData>" + b"".join(rows) + b"</sheetData></worksheet>"


def strings(*texts: bytes) -> bytes:
    return b"<sst " + MAIN + b">" + b"".join(b"<si><t>" + text + b"</t></si>" for text in texts) + b"</sst>"


def workbook(**changed: bytes) -> bytes:
    """A workbook of ours with other members: `sheet`, `strings`, `relations`, `more`."""
    names = {"sheet": SHEET, "strings": STRINGS, "relations": RELATIONS, "more": "xl/more.xml"}
    members = {names[name]: content for name, content in changed.items()}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_table(["a"], [{"a": 1}]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            made.writestr(name, members.pop(name, None) or source.read(name))
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


def refused(data: bytes) -> tuple[str, set[str]]:
    with pytest.raises(TableError) as caught:
        sheets_of(data, "xlsx")
    return caught.value.reason, set(caught.value.facts)


def measured(tmp_path: Path, data: bytes, name: str) -> tuple[str, int]:
    """What came of it, and by how many MiB the process grew."""
    path = tmp_path / name
    path.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], check=True, capture_output=True, text=True)
    result, grown = done.stdout.split()
    return result, int(grown)


def test_memory__of_a_zip_of_blanks(tmp_path: Path) -> None:
    data = workbook(sheet=sheet(HEADING, b" " * (300 * MIB)))
    assert len(data) < MIB
    result, grown = measured(tmp_path, data, "a.xlsx")
    assert (result, grown < 32) == ("file_too_large", True), grown


def test_memory__of_the_largest_that_is_taken(tmp_path: Path) -> None:
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 20 + b"</row>"
    heading = b"<row>" + b"".join(b'<c t="inlineStr"><is><t>h%d</t></is></c>' % n for n in range(20)) + b"</row>"
    data = workbook(sheet=sheet(heading, row * 49_999), strings=strings(("西" * 11).encode()))
    result, grown = measured(tmp_path, data, "a.xlsx")
    assert (result, grown < 260) == ("50000", True), grown


@pytest.mark.parametrize(("name", "row"), [("a.csv", b"a\n1\n"), ("a.ndjson", b'{"a": 1}\n')])
def test_memory__of_millions_of_blank_rows(tmp_path: Path, name: str, row: bytes) -> None:
    result, grown = measured(tmp_path, row + b"\n" * (8 * MIB), name)
    assert (int(result) <= 2, grown < 100) == (True, True), grown


def test_unpacked__more_than_the_zip_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of its headers say that the sheet has 10 bytes."""
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", MIB)
    content = sheet(HEADING, b" " * (2 * MIB))
    data = workbook(sheet=content)
    real, said = struct.pack("<L", len(content)), struct.pack("<L", 10)
    assert data.count(real) == 2
    assert refused(data.replace(real, said)) == ("file_too_large", {"max_bytes"})


def test_unpacked__all_members_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED_BYTES", MIB)
    assert rows_of(workbook(more=b"<a>" + b" " * (MIB // 2) + b"</a>"), "xlsx")
    data = workbook(sheet=sheet(HEADING, b" " * (MIB // 2)), more=b"<a>" + b" " * (MIB // 2) + b"</a>")
    assert refused(data) == ("file_too_large", {"max_bytes"})


@pytest.mark.parametrize(
    "far",
    [
        b"<row><c r='XFD1048576'><v>1</v></c></row>",
        b'<row><c\n r = "XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576" ><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        b'<row r="1048576">' + b"<c><v>1</v></c>" * 9 + b"</row>",
        b"<x:row xmlns:x=" + MAIN[6:] + b'><x:c r="XFD99999"><x:v>1</x:v></x:c></x:row>',
        b"<row>" + b"<c/>" * 9000 + b"<c><v>1</v></c></row>" + b"<row/>" * 1000 + b"<row><c><v>1</v></c></row>",
        b'<row r="9999999999999999999999"><c><v>1</v></c></row>',
    ],
    ids=["quotes", "blanks", "not the last", "of the row", "prefix", "counted", "digits"],
)
def test_cells__far_away_however_it_is_written(far: bytes) -> None:
    assert refused(workbook(sheet=sheet(HEADING, far))) == ("file_too_large", {"cells", "max_cells"})


def test_text__that_stands_once_and_is_shown_often() -> None:
    cells = b'<row><c t="s"><v>0</v></c></row>' * 100
    data = workbook(sheet=sheet(HEADING, cells), strings=strings(b"x" * MIB))
    assert len(data) < 20_000
    assert refused(data) == ("file_too_large", {"max_text_bytes"})
    assert len(rows_of(workbook(sheet=sheet(HEADING, cells), strings=strings(b"x" * 100)), "xlsx")) == 101


@pytest.mark.parametrize(
    "changed",
    [
        {"sheet": b'<!DOCTYPE a [<!ENTITY e "x">]>' + sheet(HEADING)},
        {"sheet": sheet(HEADING) + b"<not closed"},
        {"sheet": b"<a></b>" + sheet(HEADING)},
    ],
    ids=["document type", "cut", "not well-formed"],
)
def test_strange__is_refused(changed: dict[str, bytes]) -> None:
    assert refused(workbook(**changed))[0] == "file_unreadable"


def test_strange__a_sheet_under_the_name_of_something_else() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        relations = archive.read(RELATIONS)
    assert b"worksheets/sheet1.xml" in relations
    data = io.BytesIO(workbook(relations=relations.replace(b"worksheets/sheet1.xml", b"sheet.bin")))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/sheet.bin", sheet(HEADING, b'<row r="2"><c r="A2"><v>1</v></c></row>'))
    assert refused(data.getvalue())[0] == "file_unreadable"


def test_strange__encrypted_members_are_refused() -> None:
    data = bytearray(workbook())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    assert refused(bytes(data))[0] == "file_unreadable"
