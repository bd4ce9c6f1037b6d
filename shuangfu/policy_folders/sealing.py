"""A published version of an indicator system never changes: the folder's list of seals says what each one was.

A line of the list is a version and the SHA-256 of its content. The year in which a version ends is not part of it: that
is added when the next version is published.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEALS = "indicator_systems.sealed"


def seal_of(content: Mapping[str, Any]) -> str:
    """The seal of a file's content; how it is laid out, and its comments, do not matter."""
    kept = {key: value for key, value in content.items() if key != "year_to"}
    written = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def read_seals(folder: Path) -> dict[str, str]:
    """The seals of a folder by version, `T01 version 1`; none where it has no list. Raises OSError."""
    path = folder / SEALS
    if not path.exists():
        return {}
    lines = [line.rpartition(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {version.strip(): seal for version, _, seal in lines}
