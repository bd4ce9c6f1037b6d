"""Installs a folder of policies beside the active one, then makes it active in one step."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from shared.field.followed import CURRENT, active_folder

VERSIONS = "versions"
PREVIOUS = "previous"


def prepare(folder: Path, source: Path) -> Path:
    """Copy the policies of `source` into a version of their own under `folder`; nothing reads it yet.

    The first time, what was active is kept as the version `initial`. Raises OSError.
    """
    versions = folder / VERSIONS
    if not _is_installed(folder):
        shutil.rmtree(versions / "initial", ignore_errors=True)
        _copy(active_folder(folder), versions / "initial")
    target = versions / f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    _copy(source, target)
    return target


def activate(folder: Path, version: Path) -> None:
    """Make a version active: readers see either the one before or this one, complete. Raises OSError."""
    before = active_folder(folder) if _is_installed(folder) else folder / VERSIONS / "initial"
    _link(folder, PREVIOUS, before)
    _link(folder, CURRENT, version)


def begin_with(folder: Path, source: Path) -> None:
    """Make another folder the active one until a version is installed; raises OSError."""
    if not _is_installed(folder) and active_folder(folder) != source:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _point(folder, CURRENT, source)


def _is_installed(folder: Path) -> bool:
    """Whether the active folder is a version that `prepare` made."""
    return active_folder(folder).parent == (folder / VERSIONS).resolve()


def _link(folder: Path, name: str, version: Path) -> None:
    _point(folder, name, Path(VERSIONS) / version.name)


def _point(folder: Path, name: str, target: Path) -> None:
    new = folder / f".{name}-{uuid4().hex}"
    new.symlink_to(target)
    # Renaming a new link over the old one is atomic.
    new.replace(folder / name)


def _copy(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*.yaml")):
        relative = path.relative_to(source)
        if relative.parts[0] in (VERSIONS, CURRENT, PREVIOUS):
            continue
        place = target / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
