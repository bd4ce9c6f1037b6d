"""An anchor as a line of a file: signing, reading, and checking that it follows the line before it."""

import hashlib
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519

ALGORITHM = "EdDSA"
Heads = dict[str, tuple[int, str]]
"""Each chain's last number and hash, by division."""


class UntrustedAnchor(jwt.InvalidTokenError):
    """A line that is complete but was not signed here by the service."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The heads of a moment."""

    service: str
    at: int
    heads: Heads
    number: int | None
    """Its place in the file, from 1. None: written before anchors were a chain."""
    previous: str | None
    """Digest of the line before; empty for the first."""


@dataclass(frozen=True, slots=True)
class Link:
    """What the next line must contain."""

    number: int = 1
    previous: str | None = ""
    """None: unknown, because the line before could not be read."""
    chained: bool = False
    """Whether a line before had a number: all lines after it must have one."""


def sign_line(anchor: Anchor, key: ed25519.Ed25519PrivateKey) -> bytes:
    """The line, with its end."""
    claims: dict[str, Any] = {"service": anchor.service, "iat": anchor.at, "heads": anchor.heads}
    if anchor.number is not None:
        claims |= {"number": anchor.number, "previous": anchor.previous}
    return jwt.encode(claims, key, algorithm=ALGORITHM).encode("ascii") + b"\n"


def read_line(line: bytes, key: ed25519.Ed25519PublicKey, service: str) -> Anchor:
    """Verify and decode a line. Raises UntrustedAnchor where it was changed, or is of another service."""
    try:
        # Its time is not verified: a clock that was set back must not stop later anchors.
        claims = jwt.decode(line.rstrip(b"\n"), key, algorithms=[ALGORITHM], options={"verify_iat": False})
    except jwt.PyJWTError as error:
        raise UntrustedAnchor(f"does not verify ({type(error).__name__})") from error
    if claims.get("service") != service:
        raise UntrustedAnchor(f"was signed for {claims.get('service')}, not for {service}")
    heads = {division: (number, digest) for division, (number, digest) in claims["heads"].items()}
    return Anchor(service, claims["iat"], heads, claims.get("number"), claims.get("previous"))


def digest_of(line: bytes) -> str:
    """What the next line contains about this one."""
    return hashlib.sha256(line.rstrip(b"\n")).hexdigest()


def fault_of(anchor: Anchor, link: Link) -> str | None:
    """Why a line does not follow the lines before it, or None."""
    if anchor.number is None:
        return "has no number, and lines before it have one" if link.chained else None
    if anchor.number != link.number:
        return f"is number {anchor.number} where {link.number} follows: lines were removed, added or exchanged here"
    if link.previous is not None and anchor.previous != link.previous:
        return "was signed after another line than the one before it"
    return None


def link_after(link: Link, line: bytes, anchor: Anchor | None) -> Link:
    """What has to follow a line. It goes on from the line's own number, so that one fault is reported once."""
    if anchor is None:
        return Link(link.number + 1, None, link.chained)
    if anchor.number is None:
        return Link(link.number + 1, digest_of(line), link.chained)
    return Link(anchor.number + 1, digest_of(line), chained=True)
