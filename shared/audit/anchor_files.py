"""The end of a file of lines: read backwards, repaired after an interrupted write, locked while it grows."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from shared.private_files import keep_entry

_BLOCK = 65536


@dataclass(frozen=True, slots=True)
class Tail:
    """How a file ends."""

    line: bytes | None
    """The last whole line, with its end."""
    end: int
    """Where the last whole line ends."""
    torn: bytes
    """What follows: the beginning of a line whose write was interrupted."""


def read_tail(file: FileIO) -> Tail:
    """Read only the end: the file grows for years."""
    size = place = file.seek(0, os.SEEK_END)
    read = b""
    # The end of the line before the last one, or the file's beginning.
    while place and read.count(b"\n") < 2:  # noqa: PLR2004
        start = max(0, place - _BLOCK)
        file.seek(start)
        read, place = _read_exactly(file, place - start) + read, start
    whole, newline, torn = read.rpartition(b"\n")
    line = whole.rpartition(b"\n")[2] + newline if newline else None
    return Tail(line, size - len(torn), torn)


def count_lines(file: FileIO) -> int:
    """How many whole lines there are, in bounded memory."""
    file.seek(0)
    return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))


@contextmanager
def locked_file(path: Path) -> Iterator[FileIO]:
    """Open to append, by one process at a time: a service's workers and commands share the file."""
    is_new = not path.exists()
    with path.open("a+b", buffering=0) as file:
        assert isinstance(file, FileIO)
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_new:
            keep_entry(path.parent)
        yield file


def write_down(file: FileIO, content: bytes) -> None:
    """Append, and return once it is on disk."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
    os.fsync(file.fileno())


def _read_exactly(file: FileIO, count: int) -> bytes:
    parts = []
    while count and (part := file.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
