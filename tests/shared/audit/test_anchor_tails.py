"""The end of a file of anchors: torn by a full disk or a kill, and read without the rest of a long file."""

import tracemalloc
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from shared.audit.anchor_lines import Anchor, digest_of, sign_line
from shared.audit.anchors import Anchors, Examination

MEGABYTE = 1024 * 1024


def numbers(anchors: Anchors) -> list[int | None]:
    return [anchor.number for anchor in anchors.read()]


def three(folder: Path) -> Anchors:
    anchors = Anchors(folder, "registry")
    for number in (1, 2, 3):
        assert anchors.append({"330106": (number, "00")})
    return anchors


def test_torn__wherever_the_writing_stopped_the_next_anchor_goes_on(tmp_path: Path) -> None:
    anchors = three(tmp_path)
    whole = anchors.file.read_bytes()
    lines = whole.splitlines(keepends=True)
    before = len(whole) - len(lines[2])
    chance = Random(18)
    for place in {before + 1, len(whole) - 2, *(chance.randrange(before + 1, len(whole) - 1) for _ in range(20))}:
        anchors.file.write_bytes(whole[:place])
        examination = Examination(anchors)
        assert [anchor.number for anchor in examination] == [1, 2]
        assert (examination.faults, examination.torn) == ([], True)
        with capture_logs() as said:
            assert anchors.append({"330106": (4, "00")})
        [line] = said
        assert (line["event"], line["bytes"], line["done"]) == ("anchor_torn", place - before, "cut off")
        assert anchors.file.read_bytes().startswith(b"".join(lines[:2]))
        assert numbers(anchors) == [1, 2, 3]


def test_torn__a_whole_line_without_its_end_is_ended(tmp_path: Path) -> None:
    anchors = three(tmp_path)
    whole = anchors.file.read_bytes()
    anchors.file.write_bytes(whole[:-1])
    with capture_logs() as said:
        assert not anchors.append({"330106": (3, "00")}), "it says the same"
    assert [line["done"] for line in said] == ["ended"]
    assert anchors.file.read_bytes() == whole
    anchors.file.write_bytes(whole[:-1])
    assert anchors.append({"330106": (4, "00")})
    assert numbers(anchors) == [1, 2, 3, 4]


@pytest.mark.parametrize("torn", [b"\0" * 4096, b"\xff\xfe", b".", b"a.b.c"], ids=["zeros", "bytes", "dot", "dots"])
def test_torn__bytes_that_are_no_text_are_cut_off(tmp_path: Path, torn: bytes) -> None:
    anchors = three(tmp_path)
    with anchors.file.open("ab") as file:
        file.write(torn)
    assert anchors.append({"330106": (4, "00")})
    assert numbers(anchors) == [1, 2, 3, 4]


def test_torn__the_very_first_line(tmp_path: Path) -> None:
    anchors = three(tmp_path)
    anchors.file.write_bytes(anchors.file.read_bytes()[:40])
    assert anchors.last() is None
    assert anchors.append({"330106": (1, "00")})
    assert numbers(anchors) == [1]


def long_file(folder: Path, lines: int) -> Anchors:
    """Ninety divisions, all of which moved between two anchors: ten kilobytes a line."""
    anchors = Anchors(folder, "registry")
    key, previous = anchors._private_key(), ""
    with anchors.file.open("wb") as file:
        for number in range(1, lines + 1):
            heads = {
                f"{330000 + division}": (number, sha256(b"%d %d" % (number, division)).hexdigest())
                for division in range(90)
            }
            line = sign_line(Anchor("registry", 1767225600 + 300 * number, heads, number, previous), key)
            previous = digest_of(line)
            file.write(line)
    return anchors


def test_long_file__is_appended_to_and_read_in_bounded_memory(tmp_path: Path) -> None:
    anchors = long_file(tmp_path, 1000)
    size = anchors.file.stat().st_size
    assert size > 9 * MEGABYTE
    tracemalloc.start()
    try:
        assert anchors.append({"330106": (1, "00")})
        _, appending = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        examination = Examination(anchors)
        assert sum(1 for _ in examination) == 1001
        _, reading = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert examination.faults == []
    assert appending < MEGABYTE, appending
    assert reading < MEGABYTE, reading


def test_long_file__appending_reads_only_its_end(tmp_path: Path) -> None:
    """A line from long ago that was changed is found by verifying, not by each anchoring."""
    anchors = long_file(tmp_path, 50)
    touched = b"x" + anchors.file.read_bytes()
    anchors.file.write_bytes(touched)
    assert anchors.append({"330106": (1, "00")})
    examination = Examination(anchors)
    assert sum(1 for _ in examination) == 50
    assert [fault.partition(":")[0] for fault in examination.faults] == ["registry.anchors, line 1"]
