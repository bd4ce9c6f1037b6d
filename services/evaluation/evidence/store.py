"""Where the content of evidence files lies, by its hash: the same content is there once, whoever filed it."""

import asyncio
import re
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from services.evaluation.evidence.errors import EvidenceLost
from shared.private_files import keep_entry, write_private_once

_HASH = re.compile("[0-9a-f]{64}")


class EvidenceStore(Protocol):
    """Contents by their SHA-256 in hexadecimal. What is kept never changes."""

    async def keep(self, content: bytes) -> str:
        """Keep a content, unless it is there; returns its hash. It is safe when this returns. Raises OSError."""
        ...

    async def read(self, digest: str) -> bytes:
        """A content. Raises EvidenceLost where it is not there, or not what it was."""
        ...


class FolderStore:
    """A store in a folder of the machine, readable by the service alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def keep(self, content: bytes) -> str:
        """See `EvidenceStore`."""
        return await asyncio.to_thread(self._keep, content)

    async def read(self, digest: str) -> bytes:
        """See `EvidenceStore`."""
        return await asyncio.to_thread(self._read, digest)

    def _keep(self, content: bytes) -> str:
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if not path.parent.is_dir():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(mode=0o700, exist_ok=True)
            keep_entry(self._folder)
        write_private_once(path, content)
        return digest

    def _read(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise EvidenceLost from error
        if sha256(content).hexdigest() != digest:
            raise EvidenceLost
        return content

    def _path(self, digest: str) -> Path:
        # Never anything that a client wrote.
        if not _HASH.fullmatch(digest):
            raise ValueError(digest)
        return self._folder / digest[:2] / digest
