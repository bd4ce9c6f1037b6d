"""The contents of evidence files in a backup, and after a restore: by their hash, and so never another's.

A content is kept before the row that names it is committed, and never changes. So what is copied after the cut has
everything that the databases of the cut name, and perhaps something more.
"""

import re
import shutil
from collections.abc import Collection, Sequence
from hashlib import file_digest
from pathlib import Path

import asyncpg

from shuangfu.backups.places import BackupError

EVIDENCE = "evidence"
_HASH = re.compile("[0-9a-f]{64}")
_NAMED = "SELECT DISTINCT sha256 FROM evidence_files WHERE withdrawn_at IS NULL ORDER BY sha256"


def check_store(source: Path | None) -> None:
    """Raises BackupError where the folder that was named is none: its contents would be left out without a word."""
    if source is not None and not source.is_dir():
        raise BackupError(f"{source} does not exist: it was named as the folder of evidence files' contents")


def copy_evidence(source: Path | None, draft: Path) -> list[str]:
    """Copy every content of a store into a backup; returns their hashes.

    Raises BackupError for a damaged one, and for a store that is not there.
    """
    check_store(source)
    found = _contents(source)
    if found:
        (draft / EVIDENCE).mkdir(mode=0o700)
    for path in found:
        shutil.copyfile(path, draft / EVIDENCE / path.name)
        if _sha256(draft / EVIDENCE / path.name) != path.name:
            raise BackupError(f"{path} is damaged: it is not the content of its name")
    return [path.name for path in found]


async def find_missing(evaluation: asyncpg.Connection, tables: Collection[str], copied: Collection[str]) -> list[str]:
    """What the files of evaluation's database name, withdrawn ones apart, and was not copied."""
    # A database of an older revision lacks the table.
    if "evidence_files" not in tables:
        return []
    there = set(copied)
    return [row["sha256"] for row in await evaluation.fetch(_NAMED) if row["sha256"] not in there]


def restore_evidence(source: Path, named: Sequence[str], folder: Path | None) -> list[str]:
    """Put a backup's contents into a store, beside those that are there; returns what was done, as sentences."""
    if not named:
        return []
    if folder is None:
        return ["Contents of evidence files were not restored: no folder was named for them (--evidence)."]
    new = 0
    for name in named:
        place = folder / name[:2] / name
        if place.is_file() and _sha256(place) == name:
            continue
        for made in (folder, place.parent):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = place.with_name(f".{name}.restoring")
        shutil.copyfile(source / EVIDENCE / name, beside)
        beside.chmod(0o600)
        beside.replace(place)
        new += 1
    return [f"{len(named)} contents of evidence files are in {folder}: {new} were restored, the others were there."]


def _contents(source: Path | None) -> list[Path]:
    if source is None:
        return []
    return sorted(path for path in source.glob("??/*") if path.is_file() and _HASH.fullmatch(path.name))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
