"""The files of the front end's build, read once and kept with their compressed forms."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.settings import TREE

BUILD = TREE / "console" / "dist"
"""Where the front end's build lies: in the checkout, or in `_tree` of the installed package."""
INDEX = "index.html"
_SMALLEST = 1024
"""Smaller files gain nothing."""
_GZIP_LEVEL = 6
_TEXTS = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/javascript")
_ENCODED = {".br": "br", ".gz": "gzip"}


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file's bytes by content coding (`identity`, `gzip`, `br`), best first, its media type and its entity tag."""

    media_type: str
    tag: str
    forms: Mapping[str, bytes] = field(repr=False)

    def form_for(self, accept_encoding: str) -> tuple[str, bytes]:
        """The smallest form that the caller takes: (coding, bytes)."""
        wanted = _codings(accept_encoding)
        for coding in ("br", "gzip"):
            if coding in self.forms and coding in wanted:
                return coding, self.forms[coding]
        return "identity", self.forms["identity"]


def read_build(folder: Path) -> dict[str, ServedFile] | None:
    """Every file of a build by its path below the folder; None where there is no build (no index.html)."""
    if not (folder / INDEX).is_file():
        return None
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    # The build's own notes are nobody's business.
    paths = {name: path for name, path in paths.items() if not any(part.startswith(".") for part in name.split("/"))}
    made = {name for name, path in paths.items() if path.suffix in _ENCODED and name.removesuffix(path.suffix) in paths}
    return {name: _read(name, paths) for name in paths.keys() - made}


def _read(name: str, paths: Mapping[str, Path]) -> ServedFile:
    content = paths[name].read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    forms = {"identity": content}
    for suffix, coding in _ENCODED.items():
        if f"{name}{suffix}" in paths:
            forms[coding] = paths[f"{name}{suffix}"].read_bytes()
    if "gzip" not in forms and len(content) >= _SMALLEST and kind.startswith(_TEXTS):
        forms["gzip"] = gzip.compress(content, _GZIP_LEVEL, mtime=0)
    tag = hashlib.sha256(content).hexdigest()[:32]
    return ServedFile(f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, tag, forms)


def _codings(accept_encoding: str) -> set[str]:
    parts = [part.strip().lower().partition(";") for part in accept_encoding.split(",")]
    return {name.strip() for name, _, quality in parts if quality.replace(" ", "") not in ("q=0", "q=0.0")}
