"""Who calls the services in tests: tokens of the tests' issuer, and a client that sends them."""

import ssl
from collections.abc import Generator, Sequence
from functools import cache
from typing import Protocol

import httpx

from shared.web.identity.granted import NEEDS_UNITS
from shared.web.identity.permissions import Role
from shuangfu.embedded.issuer import EmbeddedIssuer

ALL_ROLES = tuple(str(role) for role in Role if role not in NEEDS_UNITS)
"""Those that see whole divisions."""
PROVINCES = ("31", "33")
LEVELS = (*PROVINCES, "3301", "330106")
"""Of a city and a district themselves as well: the meetings of a level are written by callers of that very division."""
STEPS = frozenset(
    {
        "release",
        "review",
        "approval",
        "payment",
        "use-report",
        "settlement",
        "balance-return",
        "reversal",
        "amendment",
        "self",
        "group",
        "committee",
        "completion",
        "verification",
        "decision",
        "return",
        "refusal",
        "correction",
        "documents",
        "check",
        "issue",
        "activation",
        "graduation",
        "bonuses",
        "vetoes",
        "session",
        "satisfaction",
        "objections",
        "answer",
        "reopening",
        "plan",
        "acceptance",
        "confirmation",
        "ending",
        "certification",
        "locking",
        "reversals",
        "distribution",
    }
)

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients of http:// addresses, `verify=PLAIN`: each would load all certificates that there are, in 32 ms."""


class TokenFor(Protocol):
    """Makes a token of the tests' issuer."""

    def __call__(
        self,
        roles: str | Sequence[str] = ALL_ROLES,
        divisions: Sequence[str] = PROVINCES,
        subject: str = "tester",
        *,
        bodies: Sequence[str] = (),
        units: Sequence[str] = (),
    ) -> str:
        """By default: one caller who may do everything in both tabled provinces."""
        ...


def tokens_of(issuer: EmbeddedIssuer) -> TokenFor:
    """Each token is issued once."""

    @cache
    def issue(subject: str, *given: tuple[str, ...]) -> str:
        roles, divisions, bodies, units = given
        return issuer.issue(subject, roles, divisions, 24 * 3600, bodies=bodies, units=units)

    def token(
        roles: str | Sequence[str] = ALL_ROLES,
        divisions: Sequence[str] = PROVINCES,
        subject: str = "tester",
        *,
        bodies: Sequence[str] = (),
        units: Sequence[str] = (),
    ) -> str:
        roles = (roles,) if isinstance(roles, str) else tuple(roles)
        return issue(subject, roles, tuple(divisions), tuple(bodies), tuple(units))

    return token


class Hands(httpx.Auth):
    """Sends a token of all roles unless the request has one: of a subject of its own for each step of a chain.

    Duties are segregated by subject, so the last part of the path (`review`, `payment`, `self`) names the hand.
    """

    def __init__(self, token_for: TokenFor) -> None:
        self._token_for = token_for

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        if "authorization" not in request.headers:
            step = request.url.path.rpartition("/")[2]
            hand = f"hand-{step}" if request.method in {"POST", "PUT"} and step in STEPS else "tester"
            meets = any(f"/{name}" in request.url.path for name in ("meetings", "resolutions"))
            token = self._token_for(divisions=LEVELS if meets else PROVINCES, subject=hand)
            request.headers["Authorization"] = f"Bearer {token}"
        yield request
