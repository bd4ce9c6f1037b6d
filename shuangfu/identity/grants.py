"""What the provider has promised: one-time codes, and refresh tokens that rotate. In memory: a restart ends them.

Pure: the clock is passed in. Tokens are kept by their digests.
"""

import base64
import hashlib
import re
import secrets
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TypeVar

from shuangfu.identity.seats import Held

K = TypeVar("K")
V = TypeVar("V")

CODE_SECONDS = 60.0
REFRESH_SECONDS = 12 * 3600.0
MOST = 10_000
"""Codes and families kept at most: the oldest give way."""
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class InvalidGrant(Exception):  # noqa: N818 - OAuth's own name
    """The code or the refresh token is unknown, used, expired, or another client's or flow's."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in allows a client, until when it may be renewed."""

    held: Held
    authority: str
    client: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    scope: str
    signed_in_at: int
    session: str


@dataclass(slots=True)
class _Family:
    grant: Grant
    newest: bytes
    until: float


def is_verified(verifier: str, challenge: str) -> bool:
    """Whether the verifier is the one whose S256 challenge this is (RFC 7636)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return secrets.compare_digest(made, challenge)


class Grants:
    """All that is open."""

    def __init__(self) -> None:
        self._codes: OrderedDict[bytes, tuple[Grant, float]] = OrderedDict()
        self._spent: OrderedDict[bytes, str] = OrderedDict()
        self._families: OrderedDict[str, _Family] = OrderedDict()

    def promise(self, grant: Grant, now: float) -> str:
        """A code for a grant."""
        code = secrets.token_urlsafe(32)
        _keep(self._codes, _digest(code), (grant, now + CODE_SECONDS))
        return code

    def redeem(self, code: str, client: str, redirect_uri: str, verifier: str, now: float) -> Grant:
        """The grant of a code, which is then spent. A code that comes twice ends what it was redeemed for.

        Raises InvalidGrant.
        """
        digest = _digest(code)
        found = self._codes.pop(digest, None)
        if found is None:
            self._families.pop(self._spent.get(digest, ""), None)
            raise InvalidGrant
        grant, until = found
        _keep(self._spent, digest, grant.session)
        if now >= until or (client, redirect_uri) != (grant.client, grant.redirect_uri):
            raise InvalidGrant
        if not is_verified(verifier, grant.challenge):
            raise InvalidGrant
        return grant

    def refreshing(self, grant: Grant, now: float) -> str:
        """The first refresh token of a grant."""
        token = secrets.token_urlsafe(32)
        _keep(self._families, grant.session, _Family(grant, _digest(token), now + REFRESH_SECONDS))
        return f"{grant.session}.{token}"

    def refresh(self, token: str, client: str, now: float) -> tuple[Grant, str]:
        """The grant, and the refresh token that replaces this one. One that comes twice ends its family.

        Raises InvalidGrant.
        """
        session, _, secret = token.partition(".")
        family = self._families.get(session)
        if family is None or family.grant.client != client:
            raise InvalidGrant
        if now >= family.until or not secrets.compare_digest(family.newest, _digest(secret)):
            del self._families[session]
            raise InvalidGrant
        new = secrets.token_urlsafe(32)
        family.newest = _digest(new)
        return replace(family.grant, nonce=None), f"{session}.{new}"

    def end(self, subject: str) -> None:
        """End all that a subject's sign-ins may renew."""
        for session in [key for key, one in self._families.items() if one.grant.held.seat.sub == subject]:
            del self._families[session]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _keep(found: OrderedDict[K, V], key: K, value: V) -> None:
    found[key] = value
    while len(found) > MOST:
        found.popitem(last=False)
