"""Files that only their owner may read: keys, passwords, addresses that hold one."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; on disk when this returns."""
    made = _draft(path, content)
    try:
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    keep_entry(path.parent)


def write_private_once(path: Path, content: bytes) -> None:
    """The same, unless somebody has just done so: then that file counts."""
    made = _draft(path, content)
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        made.unlink()
    keep_entry(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    # Made with mode 0600 from the start.
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    return Path(target.name)


def keep_entry(folder: Path) -> None:
    """A file that was made in a folder survives a power cut once this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
