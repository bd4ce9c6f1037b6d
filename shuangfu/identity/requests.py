"""A request to `/authorize`: what is read of it, and which fault is shown and which goes back to the client.

Pure. A fault of client or redirect URI is shown, never redirected; any other goes to the checked redirect URI.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

REDIRECTS = ("/console/callback", "/console/silent", "/console/")
"""Paths of the console's own origin that one may be sent back to."""
SCOPES = ("openid", "profile")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST = 2048
_PROMPTS = {"none", "login", "select_account", "consent"}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine: a name of elsewhere that leads here is somebody's trick."""
    parts = urlsplit(f"//{host}")
    try:
        return not set(host) & set("/@?# ") and parts.hostname in LOOPBACK and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


class Refused(Exception):  # noqa: N818 - what it states
    """Shown to the caller, not sent to anybody: the client or its redirect URI is not known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a code whose client and redirect URI are known, with the fault it has besides."""

    client: str
    redirect_uri: str
    state: str | None
    nonce: str | None
    challenge: str
    scope: str
    prompts: frozenset[str]
    fault: str | None
    """OAuth's code of an error, which goes back to the client."""

    def back(self, authority: str, **parameters: str) -> str:
        """The redirect URI with parameters, the state, and who answers (RFC 9207)."""
        state = {} if self.state is None else {"state": self.state}
        return f"{self.redirect_uri}?{urlencode({**parameters, **state, 'iss': authority})}"


def check_redirect(uri: str, origin: str) -> None:
    """Raises Refused unless it is one of `REDIRECTS` at the origin, to the letter."""
    if uri not in {f"{origin}{path}" for path in REDIRECTS}:
        raise Refused("redirect_uri")


def read(given: Mapping[str, str], client: str, origin: str) -> Asked:
    """Read a request for a code. Raises Refused."""
    if given.get("client_id") != client:
        raise Refused("client_id")
    check_redirect(given.get("redirect_uri", ""), origin)
    prompts = frozenset(given.get("prompt", "").split())
    return Asked(
        client=client,
        redirect_uri=given["redirect_uri"],
        state=given.get("state"),
        nonce=given.get("nonce"),
        challenge=given.get("code_challenge", ""),
        scope=" ".join(one for one in given.get("scope", "").split() if one in SCOPES),
        prompts=prompts,
        fault=_fault(given, prompts),
    )


def _fault(given: Mapping[str, str], prompts: frozenset[str]) -> str | None:
    scopes, challenge = given.get("scope", "").split(), given.get("code_challenge", "")
    proves = given.get("code_challenge_method") == "S256" and _CHALLENGE.fullmatch(challenge) is not None
    too_long = any(len(given.get(name, "")) > _LONGEST for name in ("state", "nonce"))
    contradicts = bool(prompts - _PROMPTS) or ("none" in prompts and len(prompts) > 1)
    faults = {
        "unsupported_response_type": given.get("response_type") != "code",
        "request_not_supported": "request" in given,
        "request_uri_not_supported": "request_uri" in given,
        "invalid_scope": "openid" not in scopes,
        "invalid_request": given.get("response_mode", "query") != "query" or not proves or too_long or contradicts,
    }
    return next((code for code, found in faults.items() if found), None)
