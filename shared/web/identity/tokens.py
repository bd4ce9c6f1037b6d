"""Verifies bearer tokens against the issuer's keys (OIDC: RFC 7519, RFC 8725)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import is_normalized

import httpx
import jwt
import orjson
import structlog

from shared.field.divisions import scope_prefix
from shared.field.errors import FieldError
from shared.problems.access import UNFIT_SUBJECT
from shared.process import state_of_file
from shared.settings import ServiceSettings
from shared.web.identity.claims import TokenRefused, claim_at, texts_of
from shared.web.identity.permissions import Role
from shared.web.identity.seats import bodies_of, units_of

log = structlog.get_logger(__name__)

REFRESH_SECONDS = 300.0
COOLDOWN_SECONDS = 5.0
"""Shortest time between two fetches of the keys, however many tokens name unknown keys."""
CACHED_TOKENS = 4096
MAX_SUBJECT = 255
_OURS = ("system:", "database:")
"""Prefixes of the audit's actors without a token; no token may have such a subject."""
_ROLES = frozenset(str(role) for role in Role)


class SubjectRefused(TokenRefused):
    """The token is valid, but its subject could be taken for another's. The caller gets the reason."""

    errors = (UNFIT_SUBJECT,)


class KeysUnavailable(Exception):  # noqa: N818
    """The issuer's keys cannot be fetched now, so the token cannot be verified."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller: the token's subject, its roles, its scope (prefixes of divisions), and its seat.

    `bodies` are codes of superior bodies that it acts for; `units` are ids that narrow what it sees, None where nothing
    does.
    """

    subject: str
    roles: frozenset[Role]
    scope: tuple[str, ...]
    expires_at: float = field(default=float("inf"), compare=False)
    """When its token expires, leeway included, in seconds since 1970."""
    bodies: tuple[str, ...] = ()
    units: tuple[str, ...] | None = None


def is_fit_subject(subject: str) -> bool:
    """Whether nobody could take a subject for another's: no outer blanks, in NFC, at most `MAX_SUBJECT` characters."""
    return subject == subject.strip() and is_normalized("NFC", subject) and 0 < len(subject) <= MAX_SUBJECT


class TokenVerifier:
    """Verifies signature, issuer, audience and times; keys are cached and follow the issuer's rotation."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._file = None if settings.auth_jwks_file is None else str(settings.auth_jwks_file)
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._published: object = None
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._file_state: tuple[int, int, int] | None = None
        self._fetching = asyncio.Lock()
        self._known: OrderedDict[str, Actor] = OrderedDict()

    async def verify(self, token: str) -> Actor:
        """The actor of a valid token. Raises TokenRefused, and KeysUnavailable while its key cannot be fetched."""
        if not self._are_fresh():
            await self._renew()
        if not self._keys:
            raise KeysUnavailable
        known = self._known.get(token)
        # A cached token must not outlive its expiry.
        if known is not None and time.time() < known.expires_at:
            self._known.move_to_end(token)
            return known
        actor = self._actor(self._decode(token, await self._key_of(token)))
        self._known[token] = actor
        while len(self._known) > CACHED_TOKENS:
            self._known.popitem(last=False)
        return actor

    async def _key_of(self, token: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise TokenRefused("not a token") from error
        # `alg` must be one that we accept before any key is used; it never selects the verification (RFC 8725).
        if header.get("alg") not in self._settings.auth_algorithms:
            raise TokenRefused("algorithm not accepted")
        key_id = header.get("kid")
        if key_id not in self._keys and not self._is_only_key(key_id):
            await self._fetch(unless_since=time.monotonic() - COOLDOWN_SECONDS)
        key = self._keys.get(key_id) or (next(iter(self._keys.values())) if self._is_only_key(key_id) else None)
        if key is None:
            if self._tried_at > self._fetched_at:
                raise KeysUnavailable
            raise TokenRefused("key not known")
        return key

    def _is_only_key(self, key_id: object) -> bool:
        return key_id is None and len(self._keys) == 1

    def _decode(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(self._settings.auth_algorithms),
                audience=self._settings.auth_audience,
                issuer=self._settings.auth_issuer,
                leeway=self._settings.auth_leeway_seconds,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        # OverflowError: a time beyond any float.
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
            raise TokenRefused(type(error).__name__) from error
        subject = claims["sub"]
        # The audit stores the subject as text: it must be printable.
        if not isinstance(subject, str) or not subject or not subject.isprintable():
            raise TokenRefused("no subject")
        if subject.startswith(_OURS):
            raise TokenRefused("a subject that is the system's own")
        # Duties are apart by subject: one person's must not be written in two ways (see also `same_person`).
        if not is_fit_subject(subject):
            raise SubjectRefused("a subject with outer blanks, not in NFC, or too long")
        return claims

    def _actor(self, claims: Mapping[str, Any]) -> Actor:
        roles = frozenset(
            Role(name) for name in texts_of(claim_at(claims, self._settings.auth_roles_claim)) if name in _ROLES
        )
        scope = []
        for code in texts_of(claim_at(claims, self._settings.auth_divisions_claim)):
            try:
                scope.append(scope_prefix(code))
            except FieldError as error:
                raise TokenRefused("a division is malformed") from error
        try:
            expires_at = float(claims["exp"]) + self._settings.auth_leeway_seconds
        except (ValueError, OverflowError) as error:
            raise TokenRefused("an expiry beyond all time") from error
        bodies = bodies_of(texts_of(claim_at(claims, self._settings.auth_bodies_claim)))
        units = units_of(texts_of(claim_at(claims, self._settings.auth_units_claim)), roles)
        return Actor(claims["sub"], roles, tuple(sorted(set(scope))), expires_at, bodies, units)

    def _are_fresh(self) -> bool:
        """Whether the keys need no fetching now. While some are known, a fetch that is under way is not waited for."""
        if self._file is not None:
            state = state_of_file(self._file)
            return state == self._file_state or (state is None and bool(self._keys))
        age = time.monotonic() - self._fetched_at
        return age <= REFRESH_SECONDS or (bool(self._keys) and self._fetching.locked())

    async def _renew(self) -> None:
        since = self._tried_at if self._file is not None else time.monotonic() - COOLDOWN_SECONDS
        await self._fetch(unless_since=since)

    async def _fetch(self, *, unless_since: float) -> None:
        """Fetch the keys, unless that was tried after `unless_since`. If it fails the known keys stay valid."""
        async with self._fetching:
            if self._tried_at > unless_since:
                return
            self._tried_at = time.monotonic()
            try:
                published = await self._read_published()
                keys = _usable(published)
            except (httpx.HTTPError, OSError, ValueError) as error:
                log.warning("issuer_keys_not_fetched", error=type(error).__name__)
                return
            if published != self._published:
                self._known.clear()  # tokens signed by a withdrawn key are no longer valid
            self._keys, self._published = keys, published
            self._fetched_at = self._tried_at

    async def _read_published(self) -> object:
        path = self._settings.auth_jwks_file
        if path is not None:
            # Set before reading: a broken file is read once, and again only when it changes.
            self._file_state = state_of_file(path)
            return orjson.loads(path.read_bytes())
        async with httpx.AsyncClient(timeout=5, follow_redirects=False) as client:
            return (await client.get(str(self._settings.auth_jwks_url))).raise_for_status().json()


def _usable(published: object) -> dict[str | None, jwt.PyJWK]:
    """The public signature keys by their ids; other keys are left out. Raises ValueError if this is no key set."""
    items = published.get("keys") if isinstance(published, dict) else None
    if not isinstance(items, list):
        raise ValueError("not a key set")
    keys: dict[str | None, jwt.PyJWK] = {}
    for item in items:
        if not isinstance(item, dict) or item.get("kty") == "oct" or item.get("use", "sig") != "sig":
            continue
        try:
            keys[item.get("kid")] = jwt.PyJWK.from_dict(item)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            log.warning("issuer_key_not_usable", key_id=item.get("kid"), error=type(error).__name__)
    return keys
