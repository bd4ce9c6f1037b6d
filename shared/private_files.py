"""Files that only their owner may read: keys, passwords, URLs with a password."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_private(path: Path, content: bytes) -> None:
    """Replace a file atomically; it is on disk when this returns. Raises OSError."""
    made = _draft(path, content)
    try:
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    keep_entry(path.parent)


def write_private_once(path: Path, content: bytes) -> None:
    """The same, unless the file exists: then that one stays. Raises OSError."""
    made = _draft(path, content)
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        made.unlink()
    keep_entry(path.parent)


def _draft(path: Path, content: bytes) -> Path:
    # Created with mode 0600 from the start.
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    return Path(target.name)


def keep_entry(folder: Path) -> None:
    """Sync a folder: the files created in it survive a power cut once this returns. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
