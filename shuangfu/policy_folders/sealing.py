"""A published indicator system or catalogue never changes: the folder's lists of seals say what each one was.

A line of the list is a version and the SHA-256 of its content. The end of a version is not part of it: that is added
when the next version is published.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.evaluation.catalogues.policies import CATALOGUE_KIND
from shuangfu.policy_folders.versions import SYSTEM_KIND

SEALS = {SYSTEM_KIND: "indicator_systems.sealed", CATALOGUE_KIND: "rating_catalogues.sealed"}
"""The list of each kind that is sealed; a version is named by its id, `T01 version 1`."""


ENDS = ("year_to", "effective_to")
"""What is added to a version when it ends."""


def seal_of(content: Mapping[str, Any]) -> str:
    """The seal of a file's content; how it is laid out, and its comments, do not matter."""
    kept = {key: value for key, value in content.items() if key not in ENDS}
    written = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode()).hexdigest()


def read_seals(folder: Path, file: str) -> dict[str, str]:
    """The seals of one list by version; none where the folder has no such list. Raises OSError."""
    path = folder / file
    if not path.exists():
        return {}
    lines = [line.rpartition(" ") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {version.strip(): seal for version, _, seal in lines}
