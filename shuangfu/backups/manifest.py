"""A backup's description of itself. Nothing of it is used before its checksums hold."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from shuangfu.backups.digests import TableDigest
from shuangfu.backups.evidence import EVIDENCE
from shuangfu.backups.places import BUS, BackupError
from shuangfu.services import SERVICES

MANIFEST = "manifest.json"
CHECKSUMS = "SHA256SUMS"
"""Of every other file, in the form of `sha256sum --check`."""
ANCHORS = "anchors"

Bus = Literal["log", "kafka"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class DumpedDatabase(_Part):
    """One database at the cut."""

    file: str
    revision: str | None
    """Of its migrations; None for the bus's."""
    server_major: int
    extensions: list[str]
    tables: dict[str, TableDigest]


class Manifest(_Part):
    """`manifest.json`."""

    format: Literal[1] = 1
    product_version: str
    at: datetime
    """The cut: what was committed before it is in the backup, what was committed after it is not."""
    fenced_milliseconds: int
    bus: Bus
    databases: dict[str, DumpedDatabase]
    field_keys: list[str]
    """Names of the keys that the contacts were sealed with. The keys themselves are not in a backup."""
    account_keys: list[str] = []
    """The same of payees' accounts; a backup of an earlier version names none."""
    talk_keys: list[str] = []
    """The same of records of admonition talks; a backup of an earlier version names none."""
    anchors: list[str]
    """Files of signed heads of the audit, copied before the cut, and the public key that verifies them."""
    evidence: list[str] = []
    """Contents of evidence files, copied after the cut, by their hash; a backup of an earlier version has none."""
    evidence_missing: list[str] = []
    """Contents that evidence files of the cut name and the backup does not have."""


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it, then the checksums of all files."""
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in _files(manifest)]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest and check every file of it. Raises BackupError."""
    if not (folder / CHECKSUMS).is_file() or not (folder / MANIFEST).is_file():
        raise BackupError(f"{folder} is not a backup: {CHECKSUMS} or {MANIFEST} is missing")
    sums = dict(_read_line(line) for line in (folder / CHECKSUMS).read_text("utf-8").splitlines())
    for name, expected in sums.items():
        path = folder / name
        if not path.is_file():
            raise BackupError(f"{name} of the backup is missing")
        if _sha256(path) != expected:
            raise BackupError(f"{name} of the backup is damaged: its checksum differs")
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as error:
        raise BackupError(f"{MANIFEST} has a format that this version does not know: {error}") from error
    unlisted = sorted(set(_files(manifest)) - sums.keys())
    if unlisted:
        raise BackupError(f"{CHECKSUMS} does not name {', '.join(unlisted)}")
    wanted = {*SERVICES, *((BUS,) if manifest.bus == "log" else ())}
    missing = sorted(wanted - manifest.databases.keys())
    if missing:
        raise BackupError(f"the backup is incomplete: no database of {', '.join(missing)}")
    return manifest


def _files(manifest: Manifest) -> list[str]:
    dumps = [database.file for database in manifest.databases.values()]
    anchors = [f"{ANCHORS}/{name}" for name in manifest.anchors]
    return [MANIFEST, *dumps, *anchors, *(f"{EVIDENCE}/{name}" for name in manifest.evidence)]


def _read_line(line: str) -> tuple[str, str]:
    digest, _, name = line.partition("  ")
    if not name or Path(name).is_absolute() or ".." in Path(name).parts:
        raise BackupError(f"{CHECKSUMS} cannot be read")
    return name, digest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
