"""The active folder of policies, and data read from it that is reloaded once another folder is active.

`<folder>/current` is a link to the active version (`shuangfu policies load` creates it and switches it atomically); a
folder without one, as in the repository, is active itself and is read once.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, overload

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")

CURRENT = "current"
CHECK_SECONDS = 1.0
"""How long after a switch the previous data may still be used."""


class NoPolicies(LookupError):  # noqa: N818
    """A folder has no policy of a kind that is needed: nothing could be decided."""


def read_files(active: Path, pattern: str, read: Callable[[str], T]) -> list[T]:
    """What `read` makes of the text of every file that the pattern names.

    Raises NoPolicies where there is none, UnicodeDecodeError, and what `read` raises; their notes name the file.
    """
    found = []
    for path in sorted(active.glob(pattern)):
        try:
            found.append(read(path.read_text(encoding="utf-8")))
        except Exception as error:
            error.add_note(str(path))
            raise
    if not found:
        raise NoPolicies(f"no policies {pattern} in {active}")
    return found


def has_policies(folder: Path) -> bool:
    """Whether there is any policy at all in the active folder."""
    return any(active_folder(folder).glob("*/*.yaml"))


def active_folder(folder: Path) -> Path:
    """The folder that policies are read from."""
    link = folder / CURRENT
    return link.resolve() if link.exists() else folder


class Followed(Sequence[T]):
    """What `read` returns for the active folder; a switch to another folder is seen within a second.

    Creating it raises whatever `read` raises. A later version that cannot be read is logged, and the previous data
    stays in use.
    """

    def __init__(self, folder: Path, read: Callable[[Path], Sequence[T]]) -> None:
        self._folder = folder
        self._read = read
        self._lock = threading.Lock()
        self._checked = time.monotonic()
        self._target = self._link()
        self._items: tuple[T, ...] = tuple(read(active_folder(folder)))

    def _link(self) -> str | None:
        try:
            return str((self._folder / CURRENT).readlink())
        except OSError:
            return None

    def _now(self) -> tuple[T, ...]:
        if time.monotonic() - self._checked < CHECK_SECONDS:
            return self._items
        with self._lock:
            self._checked = time.monotonic()
            target = self._link()
            if target != self._target:
                self._target = target
                try:
                    self._items = tuple(self._read(active_folder(self._folder)))
                    log.info("policies_read_again", version=target)
                except Exception as error:
                    # Better to decide by the last good version than not at all; `policies load` refuses such folders.
                    log.exception("policies_unreadable", version=target, error=type(error).__name__)
        return self._items

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...

    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._now()[index]

    def __len__(self) -> int:
        return len(self._now())

    def __iter__(self) -> Iterator[T]:
        return iter(self._now())
