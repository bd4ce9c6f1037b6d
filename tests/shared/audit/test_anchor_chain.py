"""Anchors are a chain: lines that are missing, exchanged or changed in their file are found and reported."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.audit.anchor_checks import differs_from_copy
from shared.audit.anchor_lines import Anchor, UntrustedAnchor, sign_line
from shared.audit.anchors import Anchors, Examination

Lines = list[bytes]


def anchored(folder: Path, count: int = 6, service: str = "registry") -> Anchors:
    anchors = Anchors(folder, service)
    for number in range(1, count + 1):
        assert anchors.append({"330106": (number, f"{number:02}")})
    return anchors


def lines_of(anchors: Anchors) -> Lines:
    return anchors.file.read_bytes().splitlines(keepends=True)


def faults(anchors: Anchors) -> list[str]:
    examination = Examination(anchors)
    for _ in examination:
        pass
    return [fault.removeprefix(f"{anchors.file.name}, ") for fault in examination.faults]


def old_line(anchors: Anchors, number: int, service: str = "registry") -> bytes:
    """As anchors were before they were a chain."""
    return sign_line(Anchor(service, 1767225600, {"330106": (number, "00")}, None, None), anchors._private_key())


def test_chain__holds_and_numbers_run(tmp_path: Path) -> None:
    anchors = anchored(tmp_path)
    assert faults(anchors) == []
    assert [anchor.number for anchor in anchors.read()] == [1, 2, 3, 4, 5, 6]
    last = anchors.last()
    assert last is not None
    assert last.number == 6
    assert not anchors.append(last.heads), "nothing new, no line"


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda lines: lines[1:], ["line 1: it is number 2 where 1 follows"]),
        (lambda lines: lines[:2] + lines[3:], ["line 3: it is number 4 where 3 follows"]),
        (
            lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
            [
                "line 2: it is number 3 where 2 follows",
                "line 3: it is number 2 where 4 follows",
                "line 4: it is number 4 where 3 follows",
            ],
        ),
        (
            lambda lines: [*lines[:3], lines[1], *lines[3:]],
            ["line 4: it is number 2 where 4 follows", "line 5: it is number 4 where 3 follows"],
        ),
        (lambda lines: [*lines[:2], b"x" + lines[2], *lines[3:]], ["line 3: it does not verify"]),
        (lambda lines: [*lines[:2], b"\n", *lines[3:]], ["line 3: it does not verify"]),
        (lambda lines: lines[:4], []),
    ],
    ids=["first removed", "removed", "exchanged", "inserted", "touched", "emptied", "cut: a copy tells"],
)
def test_chain__what_was_done_to_it_is_found_and_placed(
    tmp_path: Path, damage: Callable[[Lines], Lines], expected: list[str]
) -> None:
    anchors = anchored(tmp_path)
    anchors.file.write_bytes(b"".join(damage(lines_of(anchors))))
    found = faults(anchors)
    assert [fault.partition(":")[0] for fault in found] == [one.partition(":")[0] for one in expected], found
    assert all(fault.startswith(one) for fault, one in zip(found, expected, strict=True)), found
    if expected:
        with pytest.raises(UntrustedAnchor, match=f"registry.anchors, {expected[0].partition(':')[0]}: "):
            list(anchors.read())


def test_chain__a_line_of_another_chain_with_the_right_number_is_found(tmp_path: Path) -> None:
    """Of the same key and service, as after a restore: the digest of the line before tells them apart."""
    anchors = anchored(tmp_path, 2)
    fork = lines_of(anchors)
    for number in range(3, 6):
        anchors.append({"330106": (number, "aa")})
    one = lines_of(anchors)
    anchors.file.write_bytes(b"".join(fork))
    for number in range(3, 6):
        anchors.append({"330106": (number, "bb")})
    other = lines_of(anchors)
    anchors.file.write_bytes(b"".join([*one[:3], *other[3:]]))
    assert faults(anchors) == ["line 4: it was signed after another line than the one before it"]


def test_chain__files_of_services_that_were_exchanged_are_refused(tmp_path: Path) -> None:
    registry, funding = anchored(tmp_path, 12), anchored(tmp_path, 3, "funding")
    one, other = registry.file.read_bytes(), funding.file.read_bytes()
    registry.file.write_bytes(other)
    funding.file.write_bytes(one)
    assert faults(registry) == [f"line {n}: it was signed for funding, not for registry" for n in (1, 2, 3)]
    with pytest.raises(UntrustedAnchor, match="its last line was signed for funding"):
        registry.append({"330106": (7, "07")})
    examination = Examination(funding)
    assert list(examination) == []
    assert (len(examination.faults), examination.unreported) == (10, 2)


def test_chain__goes_on_after_lines_of_the_old_form(tmp_path: Path) -> None:
    anchors = anchored(tmp_path, 1)
    anchors.file.write_bytes(b"".join(old_line(anchors, number) for number in (1, 2, 3)))
    anchors.append({"330106": (4, "04")})
    anchors.append({"330106": (5, "05")})
    assert faults(anchors) == []
    assert [anchor.number for anchor in anchors.read()] == [None, None, None, 4, 5]
    whole = lines_of(anchors)
    anchors.file.write_bytes(b"".join(whole[1:]))
    assert [fault.partition(":")[0] for fault in faults(anchors)] == ["line 3"], "an old line is missing"
    anchors.file.write_bytes(b"".join([*whole, old_line(anchors, 6)]))
    assert faults(anchors) == ["line 6: it has no number, and lines before it have one"]


def test_append__after_a_last_line_that_was_touched_is_refused(tmp_path: Path) -> None:
    anchors = anchored(tmp_path, 3)
    touched = b"".join([*lines_of(anchors)[:2], b"x" + lines_of(anchors)[2]])
    anchors.file.write_bytes(touched)
    with pytest.raises(UntrustedAnchor, match=r"registry\.anchors: its last line does not verify"):
        anchors.append({"330106": (4, "04")})
    assert anchors.file.read_bytes() == touched


def test_append__by_many_at_once_is_one_chain(tmp_path: Path) -> None:
    """Workers of one service share the file."""
    with ThreadPoolExecutor(8) as pool:
        added = pool.map(lambda number: Anchors(tmp_path, "registry").append({"330106": (number, "00")}), range(1, 81))
        assert all(added)
    anchors = Anchors(tmp_path, "registry")
    assert faults(anchors) == []
    assert [anchor.number for anchor in anchors.read()] == list(range(1, 81))


def test_copy__what_it_holds_has_to_be_there_at_the_same_place(tmp_path: Path) -> None:
    anchors = anchored(tmp_path / "here", 4)
    copy = tmp_path / "copy.anchors"
    copy.write_bytes(anchors.file.read_bytes())
    lines = lines_of(anchors)
    assert differs_from_copy(anchors.file, copy) is None
    anchors.append({"330106": (5, "05")})
    assert differs_from_copy(anchors.file, copy) is None, "it has grown since"
    copy.write_bytes(b"".join(lines[:3]) + lines[3][:50])
    assert differs_from_copy(anchors.file, copy) is None, "cut in two by the copying"
    copy.write_bytes(b"".join(lines))
    anchors.file.write_bytes(b"".join(lines[:2]))
    assert faults(anchors) == []
    assert differs_from_copy(anchors.file, copy) == (
        "registry.anchors ends before line 3, which the copy has: it was cut"
    )
    anchors.append({"330106": (3, "aa")})
    assert differs_from_copy(anchors.file, copy) == "registry.anchors, line 3: the copy has another one there"
    anchors.file.unlink()
    assert differs_from_copy(anchors.file, copy) == "registry.anchors is missing, and the copy has one"
    copy.unlink()
    assert differs_from_copy(anchors.file, copy) == "the copy has no copy.anchors"


def test_chain__goes_on_after_a_clock_that_was_ahead(tmp_path: Path) -> None:
    anchors = anchored(tmp_path, 1)
    tomorrow = Anchor("registry", int(time.time()) + 86400, {"330106": (1, "01")}, 1, "")
    anchors.file.write_bytes(sign_line(tomorrow, anchors._private_key()))
    assert anchors.append({"330106": (2, "02")})
    assert faults(anchors) == []
