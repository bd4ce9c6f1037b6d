"""The active folder of policies, and data that follow it: read again once another folder is active.

`<folder>/current` is a link to the active version (`shuangfu policies load` makes and moves it, in one step); a
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
LOOK_SECONDS = 1.0
"""How long after a change data of before may still be used."""


def active_folder(folder: Path) -> Path:
    """Where the policies of a folder are read."""
    link = folder / CURRENT
    return link.resolve() if link.exists() else folder


class Followed(Sequence[T]):
    """What `read` makes of the active folder; the folder's own changes are seen within a second.

    Raises what `read` raises when it is made; later, what cannot be read is logged, and what was read before stays.
    """

    def __init__(self, folder: Path, read: Callable[[Path], Sequence[T]]) -> None:
        self._folder = folder
        self._read = read
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._target = self._link()
        self._items: tuple[T, ...] = tuple(read(active_folder(folder)))

    def _link(self) -> str | None:
        try:
            return str((self._folder / CURRENT).readlink())
        except OSError:
            return None

    def _now(self) -> tuple[T, ...]:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return self._items
        with self._lock:
            self._looked = time.monotonic()
            target = self._link()
            if target != self._target:
                self._target = target
                try:
                    self._items = tuple(self._read(active_folder(self._folder)))
                    log.info("policies_read_again", version=target)
                except Exception as error:
                    # Deciding by the last good ones is better than not at all; the command let no such folder in.
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
