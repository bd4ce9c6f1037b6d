"""Heads of the audit kept outside the database, in signed lines: who can rewrite a whole chain cannot rewrite these.

The lines are a chain of their own: a line missing in the middle is noticed; a missing end only by a copy.
"""

import time
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from shared.audit.anchor_files import count_lines, locked_file, read_tail, write_down
from shared.audit.anchor_lines import (
    Anchor,
    Heads,
    Link,
    UntrustedAnchor,
    digest_of,
    fault_of,
    link_after,
    read_line,
    sign_line,
)
from shared.private_files import write_private_once

PUBLIC_KEY = "anchor-key.pub.pem"
_FAULTS_REPORTED = 10
log = structlog.get_logger(__name__)


class Anchors:
    """`<folder>/<service>.anchors` has one JWS per line.

    The key is in `<folder>/anchor-key.pem` (created when first needed), its public half in `anchor-key.pub.pem`,
    which is all that verifying needs; `public_key` names one that is kept elsewhere.
    """

    def __init__(self, folder: Path, service: str, public_key: Path | None = None) -> None:
        self._folder = folder
        self._service = service
        self._public_key = public_key or folder / PUBLIC_KEY
        self.file = folder / f"{service}.anchors"

    def append(self, heads: Heads) -> bool:
        """Sign and store heads, unless the last line has the same; True where a line was added.

        Raises UntrustedAnchor where the last complete line does not verify: nothing is added to a changed file.
        """
        key = self._private_key()
        with locked_file(self.file) as file:
            line = self._mended_end(file)
            last = self._read_last(line)
            if last is not None and last.heads == heads:
                return False
            number = 1 if last is None else (last.number or count_lines(file)) + 1
            previous = digest_of(line) if line else ""
            write_down(file, sign_line(Anchor(self._service, int(time.time()), heads, number, previous), key))
        return True

    def last(self) -> Anchor | None:
        """The newest anchor. Raises UntrustedAnchor."""
        if not self.file.exists():
            return None
        with self.file.open("rb", buffering=0) as file:
            assert isinstance(file, FileIO)
            return self._read_last(read_tail(file).line)

    def read(self) -> Iterator[Anchor]:
        """Every anchor, oldest first. Raises UntrustedAnchor at the first line that was changed or does not follow."""
        examination = Examination(self)
        for anchor in examination:
            if examination.faults:
                break
            yield anchor
        if examination.faults:
            raise UntrustedAnchor(examination.faults[0])

    def trusted_key(self) -> ed25519.Ed25519PublicKey:
        """The key that lines are verified with. Raises OSError or ValueError where there is none."""
        key = serialization.load_pem_public_key(self._public_key.read_bytes())
        if not isinstance(key, ed25519.Ed25519PublicKey):
            raise ValueError(f"{self._public_key} is no Ed25519 key")
        return key

    def read_line(self, line: bytes, key: ed25519.Ed25519PublicKey) -> Anchor:
        """See `anchor_lines`. Raises UntrustedAnchor."""
        return read_line(line, key, self._service)

    def _read_last(self, line: bytes | None) -> Anchor | None:
        if line is None:
            return None
        try:
            return self.read_line(line, self.trusted_key())
        except UntrustedAnchor as error:
            raise UntrustedAnchor(f"{self.file.name}: its last line {error}") from error

    def _mended_end(self, file: FileIO) -> bytes | None:
        """The last complete line. What an interrupted write (disk full, killed) left after it is ended or cut off."""
        tail = read_tail(file)
        if not tail.torn:
            return tail.line
        try:
            self.read_line(tail.torn, self.trusted_key())
        except UntrustedAnchor:
            file.truncate(tail.end)
            log.warning("anchor_torn", file=self.file.name, bytes=len(tail.torn), done="cut off")
            return tail.line
        write_down(file, b"\n")
        log.warning("anchor_torn", file=self.file.name, bytes=len(tail.torn), done="ended")
        return tail.torn + b"\n"

    def _private_key(self) -> ed25519.Ed25519PrivateKey:
        """The one key of all services. The first to need it creates it; its public half comes from what is stored."""
        path, public_path = self._folder / "anchor-key.pem", self._folder / PUBLIC_KEY
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            generated = ed25519.Ed25519PrivateKey.generate()
            form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            write_private_once(path, generated.private_bytes(*form))
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        assert isinstance(key, ed25519.Ed25519PrivateKey)
        if not public_path.exists():
            public_form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            write_private_once(public_path, key.public_key().public_bytes(*public_form))
        return key


class Examination:
    """One pass over a file, line by line: yields what can be trusted, and collects faults with their places."""

    def __init__(self, anchors: Anchors) -> None:
        self._anchors = anchors
        self.lines = 0
        self.faults: list[str] = []
        self.unreported = 0
        """Faults that are only counted: a file of another service has one in each line."""
        self.torn = False
        """Whether a write at its end was interrupted, or is under way."""

    def __iter__(self) -> Iterator[Anchor]:
        file = self._anchors.file
        if not file.exists():
            return
        try:
            yield from self._pass(file, self._anchors.trusted_key())
        except (OSError, ValueError) as error:
            self.faults.append(f"{file} cannot be verified: {error}")

    def _pass(self, path: Path, key: ed25519.Ed25519PublicKey) -> Iterator[Anchor]:
        link = Link()
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    self.torn = True
                    return
                self.lines += 1
                anchor = self._read(line, key)
                if anchor is not None:
                    # It is signed: it is compared with the trail wherever it stands.
                    self._note(fault_of(anchor, link))
                    yield anchor
                link = link_after(link, line, anchor)

    def _read(self, line: bytes, key: ed25519.Ed25519PublicKey) -> Anchor | None:
        try:
            return self._anchors.read_line(line, key)
        except UntrustedAnchor as error:
            self._note(str(error))
            return None

    def _note(self, fault: str | None) -> None:
        if fault is None:
            return
        if len(self.faults) < _FAULTS_REPORTED:
            self.faults.append(f"{self._anchors.file.name}, line {self.lines}: it {fault}")
        else:
            self.unreported += 1
